"""What an import makes of a roll, said once more in plain words: slow, person by person, without a database.

Of each name there is one ID number and no unit names anybody twice, so that no two persons of a file are ever as likely
to be the same owner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple


class Said(NamedTuple):
    """An owner as a file has them."""

    name: str
    id_number: str = ""
    phone: str = ""
    share: Fraction | None = None


@dataclass
class Home:
    """A unit of a file: areas in 0.01 m² by source, None where the file does not say. Or of the roll: then with the
    numbers of its owners and their shares.
    """

    room: str
    register: int | None
    survey: int | None
    use: str
    held: bool
    said: Sequence[Said] = ()
    owners: dict[int, Fraction] = field(default_factory=dict)

    def figures(self) -> tuple[int | None, int | None, str, bool]:
        return self.register, self.survey, self.use, self.held


@dataclass
class Owner:
    """An owner on the roll; empty: not known."""

    name: str
    id_number: str
    phone: str


@dataclass
class Person:
    """Somebody of a file: the rows (number, unit, words) that are about one and the same."""

    rows: list[tuple[int, Home, Said]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.rows[0][2].name

    def first(self, what: str) -> tuple[int, str]:
        """The first row that says it, and what; (0, "") where none does."""
        return next(((no, text) for no, _, said in self.rows if (text := getattr(said, what))), (0, ""))


@dataclass
class Model:
    """A roll. `closed`: how many ownerships have ended."""

    homes: dict[str, Home] = field(default_factory=dict)
    owners: list[Owner] = field(default_factory=list)
    closed: int = 0

    def import_(self, file: Sequence[Home]) -> dict[str, int]:
        """Carry the file out; what of the difference is not zero."""
        persons = _persons(file)
        found = {key: self._owner_of(key, person) for key, person in persons.items()}
        added = sum(owner is None for owner in found.values())
        changed = self._learn([(owner, persons[key]) for key, owner in found.items() if owner is not None])
        for key, owner in found.items():
            if owner is None:
                found[key] = len(self.owners)
                person = persons[key]
                self.owners.append(Owner(person.name, person.first("id_number")[1], person.first("phone")[1]))
        counts = {"persons_added": added, "persons_changed": changed}
        for home in file:
            mine = {said.name: owner for key, owner in found.items() for _, at, said in persons[key].rows if at is home}
            for name in self._take(home, {said: mine[said.name] for said in home.said}):
                counts[name] = counts.get(name, 0) + 1
        return {name: number for name, number in counts.items() if number}

    def _owner_of(self, key: tuple[str, ...], person: Person) -> int | None:
        """The owner by ID number; else by name and phone; else by name within the same unit."""
        number, phone = person.first("id_number")[1], person.first("phone")[1]

        def may_be(owner: Owner, name: str, number: str) -> bool:
            return owner.name == name and not (number and owner.id_number)

        everybody = list(enumerate(self.owners))
        signs: list[list[int]] = [
            [place for place, owner in everybody if number and owner.id_number == number],
            [place for place, owner in everybody if phone == owner.phone != "" and may_be(owner, person.name, number)],
            [
                place
                for _, home, said in person.rows
                for place in (self.homes[home.room].owners if home.room in self.homes else {})
                if may_be(self.owners[place], said.name, said.id_number or (number if key[0] == "number" else ""))
            ],
        ]
        return next((min(sign) for sign in signs if sign), None)

    def _learn(self, met: Sequence[tuple[int, Person]]) -> int:
        """Numbers that are new; how many persons had any. Of several persons of one owner the later row counts."""
        news: list[tuple[int, int, str, str]] = []
        changed = 0
        for place, person in met:
            owner, number, phone = self.owners[place], person.first("id_number"), person.first("phone")
            if (number[1] and not owner.id_number) or (phone[1] and phone[1] != owner.phone):
                changed += 1
                news += [(number[0], place, "id_number", number[1]), (phone[0], place, "phone", phone[1])]
        for _, place, what, text in sorted(news):
            if text:
                setattr(self.owners[place], what, text)
        return changed

    def _take(self, home: Home, owners: dict[Said, int]) -> Iterator[str]:
        """Change one unit, and tell what kinds of change these are."""
        before = self.homes.get(home.room)
        old = before.owners if before else {}
        differ = set(owners.values()) != set(old)
        now = Home(home.room, home.register, home.survey, home.use or "residence", home.held, owners=dict(old))
        if before:
            now.register, now.survey = home.register or before.register, home.survey or before.survey
            now.use = home.use or before.use
        if owners or home.held:
            now.owners = {
                owner: said.share or (Fraction(1, len(owners)) if differ else old[owner])
                for said, owner in owners.items()
            }
            self.closed += sum(now.owners.get(owner) != share for owner, share in old.items())
        self.homes[home.room] = now
        if before is None:
            yield "units_added"
        else:
            if before.figures() != now.figures():
                yield "units_changed"
            if differ and (owners or home.held):
                yield "owners_changed"


def _persons(file: Sequence[Home]) -> dict[tuple[str, ...], Person]:
    """Who is one person by the file: by ID number, else by name and phone, else by name in one unit."""
    persons: dict[tuple[str, ...], Person] = {}
    no = 0
    for home in file:
        for said in home.said:
            number = said.id_number or _number_elsewhere(file, said)
            if number:
                key: tuple[str, ...] = ("number", number)
            elif said.phone:
                key = ("phone", said.name, said.phone)
            else:
                key = ("name", home.room, said.name)
            persons.setdefault(key, Person()).rows.append((no, home, said))
            no += 1
    return persons


def _number_elsewhere(file: Sequence[Home], said: Said) -> str:
    """The ID number of whoever has the same name and phone elsewhere in the file."""
    same = {
        other.id_number
        for home in file
        for other in home.said
        if other.id_number and other.phone and (other.name, other.phone) == (said.name, said.phone)
    }
    return same.pop() if len(same) == 1 else ""
