"""From units and owners to voting parties: SPC 8 and 9, GR 25."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings.electorate import AreaSource, FindingCode, Roll, UnitShare, build_roll
from app.meetings.tally import Electorate, TallyError


def unit(
    unit_id: str, *owners: str, area: int | None = 100_00, parking: bool = False, developer: bool = False
) -> UnitShare:
    return UnitShare(
        unit_id=unit_id,
        owner_ids=frozenset(owners),
        register_area=area,
        is_parking=parking,
        held_by_developer=developer,
    )


def roll(*units: UnitShare, include_parking: bool = False) -> Roll:
    return build_roll(units, include_parking=include_parking)


def persons_by_units(given_roll: Roll) -> list[tuple[object, ...]]:
    return [party.unit_ids for party in given_roll.parties]


AREAS = {
    "SPC8 the register comes first": (89_10, 89_20, 89_30, (89_10, AreaSource.REGISTER)),
    "SPC8 then the survey": (None, 89_20, 89_30, (89_20, AreaSource.SURVEY)),
    "SPC8 then the contract": (None, None, 89_30, (89_30, AreaSource.CONTRACT)),
    "SPC8 no figure at all": (None, None, None, None),
}


@pytest.mark.parametrize(("register", "survey", "contract", "expected"), AREAS.values(), ids=AREAS.keys())
def test_spc8_which_area_counts(
    register: int | None, survey: int | None, contract: int | None, expected: tuple[int, AreaSource] | None
) -> None:
    share = UnitShare(unit_id="1", register_area=register, survey_area=survey, contract_area=contract)
    assert share.area == expected


def test_spc8_a_party_keeps_the_source_of_each_figure() -> None:
    surveyed = UnitShare(unit_id="1-101", owner_ids=frozenset({"wang"}), survey_area=88_00)
    registered = unit("1-102", "wang", area=90_00)
    [party] = roll(surveyed, registered).parties
    assert [(counted.area_centi, counted.source) for counted in party.units] == [
        (88_00, AreaSource.SURVEY),
        (90_00, AreaSource.REGISTER),
    ]
    assert AreaSource.SURVEY.chinese == "实测面积"


def test_spc9_one_unit_is_one_person() -> None:
    assert roll(unit("1", "wang"), unit("2", "li")).electorate == Electorate(2, 200_00)


def test_spc9_several_units_of_one_owner_are_one_person_and_their_areas_add_up() -> None:
    built = roll(unit("1", "wang"), unit("2", "li"), unit("3", "wang"))
    assert persons_by_units(built) == [("1", "3"), ("2",)]
    assert built.electorate == Electorate(2, 300_00)


def test_spc9_the_same_couple_with_two_units_is_one_person() -> None:
    assert persons_by_units(roll(unit("1", "wang", "li"), unit("2", "li", "wang"))) == [("1", "2")]


def test_spc9_a_couple_and_one_of_them_alone_are_two_persons() -> None:
    assert persons_by_units(roll(unit("1", "wang", "li"), unit("2", "wang"))) == [("1",), ("2",)]


def test_spc9_all_unsold_and_undelivered_units_of_the_developer_are_one_person() -> None:
    built = roll(unit("1", developer=True), unit("2", "wang"), unit("3", "buyer", developer=True), unit("4", "wang"))
    assert persons_by_units(built) == [("1", "3"), ("2", "4")]
    developer = built.parties[0]
    assert (developer.is_developer, developer.owner_ids, developer.area_centi) == (True, frozenset(), 200_00)
    assert built.findings == ()


def test_gr25_parking_is_left_out_and_listed_unless_the_rules_include_it() -> None:
    units = [
        unit("1", "wang"),
        unit("P1", "wang", area=12_50, parking=True),
        unit("P2", "zhao", area=12_50, parking=True),
    ]
    without, including = build_roll(units, include_parking=False), build_roll(units, include_parking=True)
    assert without.electorate == Electorate(1, 100_00)
    assert without.excluded_unit_ids == ("P1", "P2")
    assert including.electorate == Electorate(2, 125_00)
    assert including.excluded_unit_ids == ()


def test_a_unit_without_owner_counts_as_a_person_of_its_own_and_is_found() -> None:
    built = roll(unit("1", "wang"), unit("2"), unit("3"))
    assert built.electorate == Electorate(3, 300_00)
    assert [(finding.unit_id, finding.code) for finding in built.findings] == [
        ("2", FindingCode.NO_OWNER),
        ("3", FindingCode.NO_OWNER),
    ]
    assert all(finding.text for finding in built.findings)


def test_a_unit_without_area_counts_as_a_person_and_is_found() -> None:
    built = roll(unit("1", "wang"), unit("2", "li", area=None), unit("3", developer=True, area=None))
    assert built.electorate == Electorate(3, 100_00)
    assert [(finding.unit_id, finding.code) for finding in built.findings] == [
        ("2", FindingCode.NO_AREA),
        ("3", FindingCode.NO_AREA),
    ]
    assert built.parties[1].units[0].source is None


def test_a_unit_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        roll(unit("1", "wang"), unit("1", "li"))


@pytest.mark.parametrize("figure", [0, -1])
def test_an_area_that_is_not_positive_is_refused(figure: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        unit("1", "wang", area=figure)


def test_a_compound_of_parking_only_has_no_electorate() -> None:
    with pytest.raises(TallyError):
        _ = roll(unit("P1", "wang", parking=True)).electorate


owners = st.frozensets(st.sampled_from(["wang", "li", "zhao", "qian"]), max_size=3)
figures = st.none() | st.integers(min_value=1, max_value=50_000)
shares = st.lists(
    st.builds(
        UnitShare,
        unit_id=st.uuids(),
        owner_ids=owners,
        register_area=figures,
        survey_area=figures,
        contract_area=figures,
        is_parking=st.booleans(),
        held_by_developer=st.booleans(),
    ),
    unique_by=lambda share: share.unit_id,
    max_size=30,
)


@given(shares, st.booleans())
def test_areas_and_units_always_add_up(units: list[UnitShare], include_parking: bool) -> None:
    built = build_roll(units, include_parking)
    included = [share for share in units if include_parking or not share.is_parking]
    assert sum(party.area_centi for party in built.parties) == sum(share.area[0] for share in included if share.area)
    placed = [unit_id for party in built.parties for unit_id in party.unit_ids]
    assert sorted([*placed, *built.excluded_unit_ids], key=str) == sorted((share.unit_id for share in units), key=str)


@given(shares, st.booleans(), st.data())
def test_the_roll_does_not_depend_on_the_order_of_units(
    units: list[UnitShare], include_parking: bool, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(units))
    assert build_roll(shuffled, include_parking) == build_roll(units, include_parking)


@given(shares)
def test_no_two_parties_are_the_same_owners_and_there_is_one_developer(units: list[UnitShare]) -> None:
    parties = build_roll(units, include_parking=True).parties
    known = [party.owner_ids for party in parties if party.owner_ids]
    assert len(known) == len(set(known))
    assert sum(party.is_developer for party in parties) <= 1


@given(shares)
def test_every_gap_is_found(units: list[UnitShare]) -> None:
    found = {(finding.unit_id, finding.code) for finding in build_roll(units, include_parking=True).findings}
    missing_owner = {share.unit_id for share in units if not share.owner_ids and not share.held_by_developer}
    missing_area = {share.unit_id for share in units if share.area is None}
    assert found == {(unit_id, FindingCode.NO_OWNER) for unit_id in missing_owner} | {
        (unit_id, FindingCode.NO_AREA) for unit_id in missing_area
    }
