"""Choosing who it is, at the desk: looked for on the roll by the door, and by the roll's keeper by the name too.

What is looked for is sent with a form, never put into an address, where logs would keep it.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import request
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from app.compounds.neighbours import DoorFound, find_homes
from app.org.errors import OutsideOwnPlace
from console.forms import Form, choices, identifier
from console.pages import Desk, read

SOMEBODY_ELSE: Final = "other"


def asks_to_find() -> bool:
    """Whether the form that was sent looks for somebody, and asks for nothing else yet."""
    return "find" in request.form


class Chosen(Form):
    """A form about one person of those who were found; `wanted` is what was looked for, `homes` what was found.

    `outside`: why a home is not offered that is there, to a steward who looks after another place.
    """

    who = RadioField("是哪一位", [InputRequired("请选择是哪一位。")])
    wanted = HiddenField()

    def find(self, desk: Desk, others: bool = False) -> None:
        """Offer the owners of the homes that are looked for; with `others` whoever else lives there too."""
        wanted = (self.wanted.data or "").strip()
        self.homes: Sequence[DoorFound] = ()
        self.outside = ""
        try:
            self.homes = read(lambda: find_homes(desk.actor, desk.compound_id, wanted))
        except OutsideOwnPlace as error:
            self.outside = error.text
        self.who.choices = choices(*(one for home in self.homes for one in _offered(home, others)))

    @property
    def unit_id(self) -> UUID:
        """The home of whoever was chosen."""
        return identifier(self.who.data.partition("/")[0])

    @property
    def owner_id(self) -> UUID | None:
        """The owner who was chosen; None: somebody else who lives there."""
        owner = self.who.data.partition("/")[2]
        return None if owner == SOMEBODY_ELSE else identifier(owner)


def _offered(home: DoorFound, others: bool) -> list[tuple[str, str]]:
    owners = [(f"{home.unit_id}/{owner_id}", f"{name}（{home.door}）") for owner_id, name in home.owners]
    return [*owners, (f"{home.unit_id}/{SOMEBODY_ELSE}", f"住在 {home.door} 的其他人")] if others else owners
