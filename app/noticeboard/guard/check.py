"""The whole check of a text, in two steps: what to ask the roll for, and what cannot stay."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from app.noticeboard.guard.doors import doors, numbers, storeys
from app.noticeboard.guard.findings import Finding, FindingKind
from app.noticeboard.guard.minors import minors
from app.noticeboard.guard.names import candidates, names
from app.noticeboard.guard.numbers import id_numbers, phones, plates
from app.noticeboard.guard.reading import Reading


@dataclass(frozen=True)
class OnRoll:
    """What of a text is on the compound's roll: names of owners in full, numbers of rooms."""

    names: Collection[str] = ()
    rooms: Collection[str] = ()


def asked_of_roll(text: str) -> OnRoll:
    """What of the text could be on a roll: the caller asks which of it is."""
    reading = Reading.of(text)
    return OnRoll(candidates(reading), numbers(reading))


def check_black(text: str, on_roll: OnRoll, words: Collection[str] = ()) -> list[Finding]:
    """What a black entry cannot say, in the order of the text; `words`: names that mean nobody here, as is said."""
    reading = Reading.of(text)
    return _sorted([*_telling_who(reading, on_roll, words), *storeys(reading), *minors(reading)])


def check_red(text: str, on_roll: OnRoll, words: Collection[str] = ()) -> list[Finding]:
    """What a red entry cannot say: its person is named beside the text, for as long as that person consents."""
    return _sorted(_telling_who(Reading.of(text), on_roll, words))


def _telling_who(reading: Reading, on_roll: OnRoll, words: Collection[str]) -> Iterator[Finding]:
    yield from id_numbers(reading)
    yield from phones(reading)
    yield from plates(reading)
    yield from doors(reading, on_roll.rooms)
    yield from names(reading, on_roll.names, words)


def _sorted(found: Iterable[Finding]) -> list[Finding]:
    """Each place once: findings that overlap are one, of the first's kind."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, list(FindingKind).index(one.kind))):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif one.end > kept[-1].end:
            kept[-1] = kept[-1].longer(one)
    return kept
