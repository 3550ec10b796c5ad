"""A failing history made smaller: steps are left out as long as it fails (delta debugging), then what is left is made
simpler, argument by argument. The same failure is one whose sentence has the same words, whatever its numbers are."""
import re

SIMPLER = [(1, 0), (3, "v3"), (4, 1), (5, 1), (6, 1), (7, None), (8, False)]


def likeness(failure):
    return re.sub(r"\d+", "", re.sub(r"\[.*?\]", "", failure.what))[:60]


class Search:
    def __init__(self, make_players, lasting, like):
        self.make_players = make_players
        self.lasting = lasting
        self.like = like
        self.players = make_players()

    def fails(self, steps):
        """The failure that these steps give, if it is like the one that is looked for."""
        try:
            failure = self.players.play(steps, self.lasting)
        except (KeyError, TypeError, AttributeError):  # an argument that does not go with its action
            failure = None
        if failure is not None or self.players.stage.waiting:
            self.players.stage.kill()
            self.players = self.make_players()
        same = failure is not None and (self.like is None or likeness(failure) == self.like)
        return failure if same else None


def leave_out(search, steps):
    size = max(len(steps) // 2, 1)
    while True:
        at = 0
        before = len(steps)
        while at < len(steps):
            fewer = steps[:at] + steps[at + size:]
            if fewer and search.fails(fewer):
                steps = fewer
            else:
                at += size
        if size == 1 and len(steps) == before:
            return steps
        size = max(size // 2, 1)


def simplify(search, steps):
    for place in range(len(steps)):
        for index, value in SIMPLER:
            if steps[place][index] == value:
                continue
            simpler = [list(step) for step in steps]
            simpler[place][index] = value
            if search.fails(simpler):
                steps = simpler
    return steps


def shrink(make_players, steps, lasting):
    """The smaller history and its failure."""
    search = Search(make_players, lasting, None)
    first = search.fails(steps)
    assert first is not None, "the history does not fail a second time"
    search.like = likeness(first)
    steps = simplify(search, leave_out(search, steps))
    failure = search.fails(steps)
    search.players.stage.kill()
    return steps, failure
