"""Ballots and electorates for property tests."""

from dataclasses import dataclass

from hypothesis import strategies as st

from app.meetings.rules.rule_set import BlankMotion, Matter
from app.meetings.tally import Choice, Electorate, MotionCount, MotionResult, accumulate, tally_motion

Ballot = tuple[int, tuple[Choice, ...]]

areas = st.integers(min_value=1, max_value=40_000)
matters = st.sampled_from(Matter)
blank_rules = st.sampled_from(BlankMotion)
all_choices = st.sampled_from(Choice)
cast_choices = st.sampled_from([Choice.FOR, Choice.AGAINST, Choice.ABSTAIN])


@dataclass(frozen=True)
class Vote:
    """One motion's ballots, and the areas of the parties that stayed silent."""

    ballots: tuple[Ballot, ...]
    silent: tuple[int, ...]

    @property
    def electorate(self) -> Electorate:
        whole = [area for area, _ in self.ballots] + list(self.silent)
        return Electorate(len(whole), sum(whole))

    @property
    def count(self) -> MotionCount:
        return accumulate(self.ballots, motions=1)[0]

    def tally(self, matter: Matter, blank_motion: BlankMotion = BlankMotion.NOT_TAKING_PART) -> MotionResult:
        return tally_motion(matter, self.electorate, self.count, blank_motion)


def votes(choices: st.SearchStrategy[Choice] = all_choices) -> st.SearchStrategy[Vote]:
    """Votes of at least one ballot with few silent parties, so that all three verdicts are common."""
    ballots = st.lists(st.tuples(areas, st.tuples(choices)), min_size=1, max_size=40)
    return st.builds(Vote, ballots.map(tuple), st.lists(areas, max_size=20).map(tuple))
