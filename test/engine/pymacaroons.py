"""Macaroons minted here verify in python3-pymacaroons and the reverse, also after a holder added caveats.

Usage: pymacaroons.py MACAROON_TOOL"""
import random
import subprocess
import sys

# This file has the library's name: the library must be found first.
sys.path = sys.path[1:]
from pymacaroons import Macaroon, Verifier  # noqa: E402
from pymacaroons.exceptions import MacaroonException  # noqa: E402

TOOL = sys.argv[1]
# The library counts characters, not bytes, of what is not ASCII in a location or an identifier.
ASCII = "abcXYZ019 =<_-."
LETTERS = ASCII + "\u00e9\u6f22"


def tool(*arguments):
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done
    return done.stdout.strip() if done.returncode == 0 else None


def verifies_there(text, key):
    verifier = Verifier()
    verifier.satisfy_general(lambda caveat: True)
    try:
        return verifier.verify(Macaroon.deserialize(text), key)
    except MacaroonException:
        return False


def words(dice, most, letters=LETTERS):
    return "".join(dice.choice(letters) for _ in range(dice.randint(1, most)))


def compare(dice):
    key, other = words(dice, 40), words(dice, 40) + "!"
    location, identifier = words(dice, 20, ASCII), words(dice, 60, ASCII)
    caveats = [words(dice, 40) for _ in range(dice.randint(0, 15))]
    theirs = Macaroon(location=location, identifier=identifier, key=key, version=1)
    for caveat in caveats:
        theirs.add_first_party_caveat(caveat)
    text = tool("mint", key, location, identifier, *caveats)
    assert text == theirs.serialize().rstrip("="), (text, theirs.serialize())
    assert verifies_there(text, key) and not verifies_there(text, other)
    assert tool("verify", key, theirs.serialize()) is not None
    assert tool("verify", other, theirs.serialize()) is None
    more = words(dice, 30)
    narrower = tool("attenuate", theirs.serialize(), more)
    theirs.add_first_party_caveat(more)
    assert narrower == theirs.serialize().rstrip("=")
    assert verifies_there(narrower, key)


def main():
    dice = random.Random(1)
    for _ in range(60):
        compare(dice)
    print("60 macaroons agree both ways")


main()
