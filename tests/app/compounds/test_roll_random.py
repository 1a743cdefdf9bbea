"""Rolls with random edits, one after another: the database then says what the plain words of `roll_model` say."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.compounds import service
from app.compounds.models import Owner, Ownership, Unit
from app.compounds.persons import check_character
from app.core.db import db
from app.identity.actor import Actor
from app.org.models import Role
from tests.app.compounds.conftest import Town
from tests.support.roll_files import text_file
from tests.support.roll_model import Home, Model, Said

HEADER = ("楼栋", "房号", "产权面积", "实测面积", "用途", "业主姓名", "证件号码", "手机号", "产权份额", "开发商持有")
WORDS = {"": "", "residence": "住宅", "shop": "商铺"}
NAMES = ("演示甲", "演示乙", "演示丙")
HEADS = ("41010119900101001", "41010119850202002", "41010119700303003")
NUMBERS = {name: head + check_character(head) for name, head in zip(NAMES, HEADS, strict=True)}
COUNTED = ("persons_added", "persons_changed", "units_added", "units_changed", "owners_changed")
_compounds = count()


@st.composite
def owners(draw: st.DrawFn) -> list[Said]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    shares = draw(st.sampled_from(_shares(len(names))))
    return [
        Said(
            name,
            draw(st.sampled_from(["", NUMBERS[name]])),
            draw(st.sampled_from(["", *(f"1390001{NAMES.index(name)}00{second}" for second in range(2))])),
            share,
        )
        for name, share in zip(names, shares, strict=True)
    ]


def _shares(number: int) -> list[list[Fraction | None]]:
    """What a file may say of so many shares: nothing, equal ones, or twice as much for the first."""
    part = Fraction(1, number + 1)
    return [[None] * number, [Fraction(1, number or 1)] * number, [2 * part, *[part] * (number - 1)][:number]]


@st.composite
def homes(draw: st.DrawFn, room: str) -> Home:
    register, survey = draw(st.sampled_from([(8000, None), (8001, None), (None, 7900), (8000, 7901)]))
    return Home(room, register, survey, draw(st.sampled_from([*WORDS])), draw(st.booleans()), draw(owners()))


rooms = st.lists(st.sampled_from(["101", "102", "103"]), min_size=1, unique=True)
files = rooms.flatmap(lambda found: st.tuples(*map(homes, sorted(found))))


def written(file: Sequence[Home]) -> bytes:
    """The file as a property office writes it: each further owner in a row of their own."""
    rows: list[Sequence[Any]] = []
    for home in file:
        areas = [area and f"{area / 100:.2f}" for area in (home.register, home.survey)]
        whose = [(said.name, said.id_number, said.phone, said.share or "") for said in home.said] or [("", "", "", "")]
        rows.append(("1栋", home.room, *areas, WORDS[home.use], *whose[0], "是" if home.held else "否"))
        rows += [("", "", "", "", "", *one, "") for one in whose[1:]]
    return text_file([HEADER, *rows])


def stored(compound_id: UUID) -> list[Any]:
    """The roll in the database: by room its figures, and what is known of each owner, with the share and all rooms."""
    owned = (
        select(Unit.room, Owner, Ownership)
        .join(Ownership, (Ownership.unit_id == Unit.id) & Ownership.valid_to.is_(None))
        .join(Owner, Owner.id == Ownership.owner_id)
    )
    rows = db.session.execute(owned.where(Unit.compound_id == compound_id)).all()
    of = {owner.id: sorted(room for room, other, _ in rows if other.id == owner.id) for _, owner, _ in rows}
    return [
        (
            unit.room,
            (unit.area_register_centi, unit.area_survey_centi, unit.use, unit.held_by_developer),
            sorted(
                (
                    owner.name,
                    owner.id_number or "",
                    owner.phone or "",
                    Fraction(ownership.share_numerator, ownership.share_denominator),
                    of[owner.id],
                )
                for room, owner, ownership in rows
                if room == unit.room
            ),
        )
        for unit in db.session.query(Unit).filter_by(compound_id=compound_id).order_by(Unit.room)
    ]


def meant(model: Model) -> list[Any]:
    """The same of the model."""
    of = {
        place: sorted(room for room, home in model.homes.items() if place in home.owners)
        for place in range(len(model.owners))
    }
    return [
        (
            room,
            home.figures(),
            sorted(
                (owner.name, owner.id_number, owner.phone, share, of[place])
                for place, share in home.owners.items()
                for owner in [model.owners[place]]
            ),
        )
        for room, home in sorted(model.homes.items())
    ]


@settings(
    max_examples=10,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(files, min_size=2, max_size=3))
def test_random_rolls_one_after_another_make_what_plain_words_say(town: Town, rolls: list[tuple[Home, ...]]):
    compound = town.world.add_compound(f"小区{next(_compounds)}")
    secretary, model = Actor(town.world.official(Role.SECRETARY, compound).account_id), Model()
    for file in rolls:
        checked = service.check_roll(secretary, compound, "名册.csv", written(file))
        counts = {name: number for name in COUNTED if (number := checked.difference["counts"].get(name))}
        service.apply_roll(secretary, compound, checked.id)
        db.session.expire_all()
        assert counts == model.import_(file), checked.findings
        assert stored(compound) == meant(model)
        of_compound = Ownership.compound_id == compound, Ownership.valid_to.is_not(None)
        assert db.session.scalar(select(func.count()).where(*of_compound)) == model.closed
