"""The owner's cells of a line: several persons in one cell, with numbers and shares in the same order."""

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from app.compounds.persons import (
    IdNumberProblem,
    PhoneProblem,
    clean_id_number,
    clean_name,
    clean_phone,
    id_number_problem,
    is_minor,
    phone_problem,
)
from app.compounds.roll_columns import Column
from app.compounds.roll_lines import Line, Lines
from app.compounds.roll_units import RollOwner
from app.compounds.roll_values import (
    developer_as_owner,
    lost_digits,
    shares_of,
    split_cell,
    split_people,
    text_of,
    whole,
)
from app.core.masking import mask_id_number, mask_name, mask_phone

NAME_LIMIT = 60
NEARLY = Fraction(1, 100)

_AND_OTHERS = re.compile(r"(.{2,})等(?:\d*[人户位名])?")


class OwnersReader:
    """Reads the owners of the lines of one sheet. Repeated owner columns (业主, 共有人) are read one after another."""

    def __init__(self, lines: Lines, today: date) -> None:
        self._lines = lines
        self._today = today
        columns = [lines.places(column) for column in (Column.ID_NUMBER, Column.PHONE, Column.SHARE)]
        self._groups = [
            (name, [places[position] if position < len(places) else None for places in columns])
            for position, name in enumerate(lines.places(Column.OWNER))
        ]

    def read(self, line: Line) -> tuple[list[RollOwner], bool]:
        """The owners of the line, and whether the owner's cell says instead that the developer has not sold."""
        owners: list[RollOwner] = []
        held = False
        for name_place, (id_place, phone_place, share_place) in self._groups:
            names, says_developer = self._names(line, name_place)
            held = held or says_developer
            if not names:
                continue
            id_numbers = self._id_numbers(line, id_place, names)
            phones = self._phones(line, phone_place, len(names))
            shares = self._shares(line, share_place, len(names))
            owners += map(RollOwner, names, id_numbers, phones, shares)
        return owners, held and not owners

    def whole_unit(self, owners: list[RollOwner], line: Line | int) -> list[RollOwner]:
        """The owners of a unit from all its lines: nobody twice, and shares that add up, or none at all."""
        if len(owners) == 1 and owners[0].share is None:
            return owners
        place = self._lines.place(Column.OWNER)
        distinct: dict[tuple[str, str | None], RollOwner] = {}
        for owner in owners:
            key = (owner.name, owner.id_number)
            if key in distinct:
                self._lines.add("owner_twice", line, place, value=mask_name(owner.name))
            else:
                distinct[key] = owner
        self._check_shares(list(distinct.values()), line)
        return list(distinct.values())

    def _check_shares(self, owners: list[RollOwner], line: Line | int) -> None:
        place = self._lines.place(Column.SHARE)
        said = [owner.share for owner in owners if owner.share is not None]
        total = sum(said, Fraction(0))
        if 0 < len(said) < len(owners):
            self._lines.add("share_count", line, place, owners=len(owners), number=len(said))
        elif said and total != 1:
            nearly = abs(total - 1) <= NEARLY
            self._lines.add("share_nearly" if nearly else "share_sum", line, place, value=_percent(total))

    def _names(self, line: Line, place: int) -> tuple[list[str], bool]:
        text = text_of(line.cells[place])
        if not text:
            return [], False
        names = []
        for part in split_people(text):
            name = clean_name(part)
            if "等" in name and (match := _AND_OTHERS.fullmatch(name)):
                self._lines.add("owner_and_others", line, place, value=mask_name(name))
                name = match[1]
            if len(name) > NAME_LIMIT:
                self._lines.add("owner_too_long", line, place)
            if developer_as_owner(name):
                return [], True
            names.append(name)
        return names, False

    def _id_numbers(self, line: Line, place: int | None, names: Sequence[str]) -> list[str | None]:
        nothing: list[str | None] = [None] * len(names)
        if place is None or not (text := text_of(line.cells[place])):
            return nothing
        if lost_digits(text):
            self._lines.add("id_number_lost", line, place, value=_mask_lost(text))
            return nothing
        parts = split_cell(text)
        if len(parts) != len(names):
            self._lines.add("id_number_count", line, place, owners=len(names), number=len(parts))
            return nothing
        return [self._id_number(line, place, *one) for one in zip(parts, names, strict=True)]

    def _id_number(self, line: Line, place: int, part: str, name: str) -> str | None:
        number = clean_id_number(whole(part))
        problem = id_number_problem(number)
        if problem is None:
            if is_minor(number, self._today):
                self._lines.add("minor", line, place, value=mask_name(name))
            return number
        kind = "id_number_form" if problem is IdNumberProblem.FORM else "id_number_wrong"
        self._lines.add(kind, line, place, value=mask_id_number(number))
        return None

    def _phones(self, line: Line, place: int | None, number: int) -> list[str | None]:
        phones: list[str | None] = [None] * number
        if place is None or not (text := text_of(line.cells[place])):
            return phones
        if lost_digits(text):
            self._lines.add("phone_lost", line, place, value=_mask_lost(text))
            return phones
        parts = split_cell(text)
        if len(parts) == number:
            return [self._phone(line, place, part) for part in parts]
        if number == 1 or len(parts) == 1:
            self._lines.add("phone_first_only", line, place, owners=number, number=len(parts))
            return [self._phone(line, place, parts[0]), *phones[1:]] if parts else phones
        self._lines.add("phone_count", line, place, owners=number, number=len(parts))
        return phones

    def _phone(self, line: Line, place: int, part: str) -> str | None:
        phone = clean_phone(whole(part))
        problem = phone_problem(phone)
        if problem is None:
            return phone
        kind = "phone_landline" if problem is PhoneProblem.LANDLINE else "phone_form"
        self._lines.add(kind, line, place, value=mask_phone(phone))
        return None

    def _shares(self, line: Line, place: int | None, number: int) -> list[Fraction | None]:
        nothing: list[Fraction | None] = [None] * number
        if place is None or not (text := text_of(line.cells[place])):
            return nothing
        shares = shares_of(text)
        if shares is None:
            self._lines.add("share_unreadable", line, place, value=text[:20])
            return nothing
        if len(shares) == 1 and number > 1 and shares[0] * number == 1:
            return [shares[0]] * number
        if shares and len(shares) != number:
            self._lines.add("share_count", line, place, owners=number, number=len(shares))
            return nothing
        return [*shares] or nothing


def _mask_lost(text: str) -> str:
    return text[:3] + "…" + text[text.upper().index("E") :]


def _percent(total: Fraction) -> str:
    return f"{float(total) * 100:.4g}%"
