"""The law's arithmetic, written anew from Civil Code 278 (民法典第二百七十八条): integers in, verdict out.

Taking part: at least 2/3 of the persons and of the area of the electorate. An ordinary motion then needs more than 1/2
of those taking part, a special one (items 6 to 8) at least 3/4, by persons and by area. "At least" includes the number.
"""

from collections.abc import Mapping
from typing import NamedTuple

CHOICES = ("for", "against", "abstain", "blank")
SPECIAL = (6, 7, 8)
VERDICTS = {"passes": "通过", "fails": "未通过", "no_quorum": "参与表决不足法定比例，表决不成立"}


class Votes(NamedTuple):
    """Persons and their area in 0.01 m²."""

    persons: int
    area: int

    def plus(self, other: "Votes") -> "Votes":
        """Both together."""
        return Votes(self.persons + other.persons, self.area + other.area)


NOBODY = Votes(0, 0)


class Comparison(NamedTuple):
    """`left operator right`, and whether that is so."""

    name: str
    left: int
    operator: str
    right: int
    holds: bool


def category(matter: int) -> str:
    """The kind of majority that an item of Civil Code 278(1) needs."""
    return "special" if matter in SPECIAL else "ordinary"


def taking_part(votes: Mapping[str, Votes], blank_abstains: bool) -> Votes:
    """Who takes part in a motion: all that marked it, and the blanks where the rules count them as abstaining."""
    counted = CHOICES if blank_abstains else CHOICES[:3]
    return Votes(sum(votes[one].persons for one in counted), sum(votes[one].area for one in counted))


def quorum(part: Votes, electorate: Votes) -> list[Comparison]:
    """At least two thirds: 3 n ≥ 2 N."""
    return [
        _at_least("quorum_persons", 3 * part.persons, 2 * electorate.persons),
        _at_least("quorum_area", 3 * part.area, 2 * electorate.area),
    ]


def approval(matter: int, votes: Votes, part: Votes) -> list[Comparison]:
    """At least three quarters (4 y ≥ 3 n) for items 6 to 8, more than half (2 y > n) for the others."""
    if matter in SPECIAL:
        return [
            _at_least("approval_persons", 4 * votes.persons, 3 * part.persons),
            _at_least("approval_area", 4 * votes.area, 3 * part.area),
        ]
    return [
        _more_than("approval_persons", 2 * votes.persons, part.persons),
        _more_than("approval_area", 2 * votes.area, part.area),
    ]


def majority(votes: Mapping[str, Votes]) -> str | None:
    """The majority of the votes cast, which silent parties may join (GR 26): over half by persons and area, or none."""
    cast = taking_part(votes, blank_abstains=False)
    for choice in CHOICES[:3]:
        if 2 * votes[choice].persons > cast.persons and 2 * votes[choice].area > cast.area:
            return choice
    return None


def decide(
    matter: int,
    votes: Mapping[str, Votes],
    electorate: Votes,
    blank_abstains: bool,
    silent: Votes = NOBODY,
    silence_takes_part: bool = False,
) -> tuple[str, list[Comparison]]:
    """The verdict on a motion, and the four comparisons that lead to it.

    `silent` are counted with the majority of the votes cast, if there is one; among those taking part they are only for
    the note on what that had changed.
    """
    part, opinion = taking_part(votes, blank_abstains), majority(votes)
    both = part.plus(silent if opinion else NOBODY)
    in_favour = votes["for"].plus(silent if opinion == "for" else NOBODY)
    enough, approved = quorum(both if silence_takes_part else part, electorate), approval(matter, in_favour, both)
    if not all(step.holds for step in enough):
        return "no_quorum", enough + approved
    return ("passes" if all(step.holds for step in approved) else "fails"), enough + approved


def needed(whole: int) -> int:
    """The least number that is at least two thirds of the whole."""
    return -(-2 * whole // 3)


def _at_least(name: str, left: int, right: int) -> Comparison:
    return Comparison(name, left, "≥", right, left >= right)


def _more_than(name: str, left: int, right: int) -> Comparison:
    return Comparison(name, left, ">", right, left > right)
