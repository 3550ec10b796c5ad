"""The pages as one more dialect: people who are signed in, and their forms."""
import asked


def sign_in(stage, slot, now, people):
    """Cookies of people who are signed in."""
    return {}


def request(action, dialect, text, visitors):
    if dialect == "page":
        return None
    return asked.request(action, dialect, text)


def status(outcome, dialect):
    return asked.status(outcome, dialect)


def never_asked(ran):
    """The dialects in which nothing ran."""
    return [dialect for dialect in ("legacy", "v3", "onezone") if ran[dialect] == 0]
