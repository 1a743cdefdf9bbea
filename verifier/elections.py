"""Electing a committee (业主委员会选举), worked out anew: Civil Code 278 and GR 31.

A candidate needs more than half of those taking part, by persons and by area. Those who have it are ranked by persons,
then by area; the first take the seats, the others are substitutes. A full tie that the last seat divides needs a lot.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from verifier.arithmetic import Votes, approval, quorum

COMMITTEE = 3
Ballots = Iterable[tuple[int, Sequence[str]]]


def outcome(seats: int, candidates: Sequence[str], ballots: Ballots, whole: Votes, abstains: bool) -> dict[str, Any]:
    """What the record must say, of ballots as (area, marked candidates) and an electorate."""
    votes = {name: [0, 0] for name in candidates}
    groups = {"took_part": [0, 0], "blank": [0, 0]}
    for area, names in ballots:
        for counter in (groups["took_part" if names else "blank"], *(votes[name] for name in names)):
            counter[0] += 1
            counter[1] += area
    took_part, blank = Votes(*groups["took_part"]), Votes(*groups["blank"])
    counted = {name: Votes(*sums) for name, sums in votes.items()}
    both = Votes(took_part.persons + blank.persons, took_part.area + blank.area)
    result = _seated(seats, counted, both if abstains else took_part, whole)
    otherwise = _seated(seats, counted, took_part if abstains else both, whole)
    differs = any(_found(result, key) != _found(otherwise, key) for key in ("quorum", "elected", "needs_lot"))
    return {
        "seats": seats,
        "took_part": {"persons": took_part.persons, "area_centi": took_part.area},
        "blank": {"persons": blank.persons, "area_centi": blank.area},
        **result,
        "differs_if_blank_counted_otherwise": differs,
    }


def _found(result: Mapping[str, Any], key: str) -> Any:
    return set(result[key]) if isinstance(result[key], list) else result[key]


def _seated(seats: int, votes: Mapping[str, Votes], part: Votes, whole: Votes) -> dict[str, Any]:
    enough = all(step.holds for step in quorum(part, whole))
    steps = {name: approval(COMMITTEE, found, part) for name, found in votes.items()}
    qualified = [name for name in votes if enough and all(step.holds for step in steps[name])]
    ranked = sorted(qualified, key=lambda name: (-votes[name].persons, -votes[name].area))
    outcomes: dict[str, str] = {}
    ranks: dict[str, int] = {}
    for _, tied in groupby(ranked, key=votes.__getitem__):
        names, placed = list(tied), len(ranks)
        beyond = "substitute" if placed >= seats else "needs_lot"
        word = "elected" if placed + len(names) <= seats else beyond
        for name in names:
            outcomes[name], ranks[name] = word, placed + 1
    having = {
        word: [name for name in ranked if outcomes[name] == word] for word in ("elected", "substitute", "needs_lot")
    }
    return {
        "quorum": enough,
        "candidates": [
            {
                "candidate_id": name,
                "persons": votes[name].persons,
                "area_centi": votes[name].area,
                "rank": ranks.get(name),
                "outcome": outcomes.get(name, "not_elected"),
            }
            for name in [*ranked, *(name for name in votes if name not in ranks)]
        ],
        "elected": having["elected"],
        "substitutes": having["substitute"],
        "needs_lot": having["needs_lot"],
        "seats_by_lot": seats - len(having["elected"]) if having["needs_lot"] else 0,
        "vacancies": max(0, seats - len(qualified)),
    }
