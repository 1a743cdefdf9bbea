"""The guard over the compound's own roll."""

from collections.abc import Collection
from uuid import UUID

from app.compounds.dictionary import names_among, rooms_among
from app.noticeboard.errors import TellsWhoIsMeant
from app.noticeboard.guard.check import OnRoll, asked_of_roll, check_black, check_red
from app.noticeboard.models import Colour, Entry

_CHECKS = {Colour.BLACK: check_black, Colour.RED: check_red}


def require_harmless(compound_id: UUID, colour: Colour, words: Collection[str], **texts: str) -> None:
    """Refuse texts, by field, that tell who is meant. Raises TellsWhoIsMeant, which says what and why."""
    found = []
    for field, text in texts.items():
        asked = asked_of_roll(text)
        on_roll = OnRoll(names_among(compound_id, asked.names), rooms_among(compound_id, asked.rooms))
        found += [(field, one) for one in _CHECKS[colour](text, on_roll, words)]
    if found:
        raise TellsWhoIsMeant(
            reasons="；".join(one.sentence for _, one in found),
            findings=[
                {
                    "field": field,
                    "kind": one.kind.value,
                    "start": one.start,
                    "end": one.end,
                    "part": one.part,
                    "why": one.kind.why,
                }
                for field, one in found
            ],
        )


def require_entry_harmless(entry: Entry) -> None:
    """The same for an entry as it stands, on the roll of now. Raises TellsWhoIsMeant."""
    require_harmless(entry.compound_id, Colour(entry.colour), entry.words, title=entry.title, text=entry.text)
