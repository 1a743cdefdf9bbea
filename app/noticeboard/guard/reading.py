"""A text in the spellings that the guard looks at, each character still knowing where it was written."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from re import Pattern

from app.noticeboard.guard.findings import Finding, FindingKind

_NUMERALS = str.maketrans("零〇○一壹幺二贰三叁四肆五伍六陆七柒八捌九玖", "0001112233445566778899")
_DOTS = str.maketrans("•・∙･.", "·····")
_DROPPED = frozenset({"Cf", "Mn", "Me"})
"""Invisible and combining characters, which split a number for a program and not for the eye."""
_BETWEEN = frozenset(" -‐‑‒–—―−_.·•・*~/\\|'\"“”‘’+=^`#")


@dataclass(frozen=True)
class Layer:
    """One spelling of a text: its characters, and the place of each in the text as written."""

    written: str
    text: str
    places: tuple[int, ...]

    def finding(self, kind: FindingKind, start: int, end: int) -> Finding:
        """A finding at `text[start:end]`."""
        first, last = self.places[start], self.places[end - 1] + 1
        return Finding(kind, first, last, self.written[first:last])

    def all_of(self, kind: FindingKind, patterns: Iterable[Pattern[str]]) -> Iterator[Finding]:
        """A finding for each match of the patterns."""
        for pattern in patterns:
            for match in pattern.finditer(self.text):
                yield self.finding(kind, *match.span())

    def without(self, left_out: frozenset[str]) -> "Layer":
        """The same without some characters."""
        kept = [(sign, place) for sign, place in zip(self.text, self.places, strict=True) if sign not in left_out]
        return Layer(self.written, "".join(sign for sign, _ in kept), tuple(place for _, place in kept))

    def spelled(self, text: str) -> "Layer":
        """The same places with another character at each."""
        return Layer(self.written, text, self.places)


@dataclass(frozen=True)
class Reading:
    """How a text reads.

    plain    full-width made half-width (NFKC), invisible characters left out, white space as plain spaces
    capital  `plain` in capitals
    digits   `capital` with Chinese numerals as digits
    close    `plain` without what can be put between the characters of a name
    dotted   `plain` without spaces, and one kind of middle dot
    """

    plain: Layer
    capital: Layer
    digits: Layer
    close: Layer
    dotted: Layer

    @classmethod
    def of(cls, text: str) -> "Reading":
        """Read a text."""
        read = list(_read(text))
        plain = Layer(text, "".join(sign for sign, _ in read), tuple(place for _, place in read))
        capital = plain.spelled("".join(map(_capital, plain.text)))
        return cls(
            plain,
            capital,
            capital.spelled(capital.text.translate(_NUMERALS)),
            plain.without(_BETWEEN),
            plain.spelled(plain.text.translate(_DOTS)).without(frozenset(" ")),
        )


def _read(text: str) -> Iterator[tuple[str, int]]:
    for place, written in enumerate(text):
        for sign in unicodedata.normalize("NFKC", written):
            if unicodedata.category(sign) not in _DROPPED:
                yield (" " if sign.isspace() else sign), place


def _capital(sign: str) -> str:
    capital = sign.upper()
    return capital if len(capital) == 1 else sign
