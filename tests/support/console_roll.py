"""A compound whose roll the console shows: homes with and without owners, an application, an upload, a group."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.compounds import service, stewards
from app.compounds.areas import acts as areas
from app.compounds.areas.acts import Leader
from app.compounds.guardian_models import Guardianship, WardGround
from app.compounds.models import Binding, Capacity
from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.org import groups, secretaries
from app.org import service as org
from app.org.branches import acts, members
from app.org.models import Appointment, AreaKind, GroupKind, Role
from app.volunteering.reporting_in import acts as reporting_in
from tests.support.console import ConsoleWorld
from tests.support.phones import fresh_number
from tests.support.roll_files import HEADER, row, workbook
from tests.support.world import Person, Ref

BAD = workbook(
    [HEADER, row(area="约九十"), row(room="102", phone="0371-66668888"), row(room="103", owner="演示业主乙")]
)
GOOD = workbook([HEADER, row(), row(room="102"), row(room="103", area=90.5)])


YEAR_AHEAD = clock.today() + timedelta(days=365)


def actor(town: ConsoleWorld) -> Actor:
    return Actor(town.secretary.account_id)


def home(town: ConsoleWorld, room: str = "501", name: str = "演示业主") -> tuple[Ref, Person]:
    """A home and its owner, who is bound to it."""
    unit = town.unit(room)
    return unit, town.owner(unit, name=name)


def lived_in(town: ConsoleWorld) -> Ref:
    """A home with an owner, beside one without."""
    unit, owner = home(town)
    town.unit("502")
    assert owner.owner_id
    service.record_guardian(
        actor(town), town.compound, owner.owner_id, WardGround.INCAPABLE, "法院判决书", "演示监护人", "13900010009"
    )
    db.session.commit()
    return unit


def owner_of(town: ConsoleWorld) -> UUID:
    _, owner = home(town)
    assert owner.owner_id
    return owner.owner_id


def applied(town: ConsoleWorld, name: str = "演示业主", room: str = "501", **what: Any) -> UUID:
    """An application that waits."""
    applicant = town.person()
    applicant_is = Actor(applicant.account_id)
    made = service.apply_for_binding(applicant_is, town.compound, "1栋", "1单元", room, name, "手机号换了", **what).id
    db.session.commit()
    return made


def rented(town: ConsoleWorld) -> UUID:
    """An application of a tenant, in a home with a tenant and a family member."""
    unit, _ = home(town)
    town.resident(unit, name="演示租客", lease_ends=YEAR_AHEAD)
    town.resident(unit, "family", "演示家人")
    return applied(town, "演示租客", capacity=Capacity.TENANT, lease_ends=YEAR_AHEAD)


def resident(town: ConsoleWorld) -> str:
    """The path of the page of a tenant's binding behind the roll."""
    rented(town)
    tie = (
        db.session.query(Binding).filter_by(compound_id=town.compound, capacity=Capacity.TENANT, state="accepted").one()
    )
    return f"units/{tie.unit_id}/bindings/{tie.id}"


def rented_unit(town: ConsoleWorld) -> UUID:
    """A home where a tenant and a family member are registered."""
    rented(town)
    return db.session.query(Binding).filter_by(compound_id=town.compound, capacity=Capacity.FAMILY).one().unit_id


def waiting(town: ConsoleWorld) -> UUID:
    home(town)
    return applied(town)


def bound(town: ConsoleWorld) -> str:
    """The path of a binding's page behind the roll."""
    unit, owner = home(town)
    tie = db.session.query(Binding).filter_by(account_id=owner.account_id).one().id
    return f"units/{unit.id}/bindings/{tie}"


def uploaded(town: ConsoleWorld, content: bytes = BAD) -> UUID:
    made = service.check_roll(actor(town), town.compound, "名册.xlsx", content).id
    db.session.commit()
    return made


def nominated(town: ConsoleWorld) -> tuple[UUID, UUID]:
    """Somebody put forward for secretary by the community, and somebody for steward by the secretary."""
    home(town)
    community, someone = Actor(town.supervisor.account_id), ("演示某", "13900010021", "退休教师，热心。")
    secretary = secretaries.nominate(community, town.compound, *someone).id
    steward = stewards.nominate(actor(town), town.compound, *someone, town.building("1栋"), "1单元").id
    db.session.commit()
    return secretary, steward


def party_member(town: ConsoleWorld, compound: UUID | None = None, here: bool = True, formal: bool = True) -> UUID:
    """A member of the compound."""
    community, whom = Actor(town.supervisor.account_id), ("演示党员", fresh_number())
    made = members.add(community, compound or town.compound, *whom, formal, here, "同意书第 3 号").id
    db.session.commit()
    return made


def branch(town: ConsoleWorld) -> UUID:
    """A joint branch with a neighbouring compound, too small by now; another joint one next door; further members."""
    second, third, fourth = (town.add_compound(f"{name}小区") for name in "乙丙丁")
    leaving = [party_member(town, compound) for compound in (town.compound, second, third, third)]
    party_member(town, here=False)
    party_member(town, formal=False)
    community = Actor(town.supervisor.account_id)
    made = acts.found_joint(community, town.compound, "演示联合支部", [second, third]).id
    members.remove(community, town.compound, leaving[0])
    members.remove(community, third, leaving[2])
    db.session.commit()
    assert fourth
    return made


def own_branch(town: ConsoleWorld) -> UUID:
    """The compound's own branch."""
    for _ in range(3):
        party_member(town)
    made = acts.found_own(Actor(town.supervisor.account_id), town.compound, "演示支部").id
    db.session.commit()
    return made


def _area(town: ConsoleWorld, kind: AreaKind, name: str, branch_id: UUID | None = None) -> UUID:
    home(town)
    leader, community = Leader("演示网格员", "13900010031"), Actor(town.supervisor.account_id)
    made = areas.make(community, town.compound, kind, name, leader, [town.building("1栋")], branch_id).id
    db.session.commit()
    return made


def grid(town: ConsoleWorld) -> UUID:
    """A grid with a building."""
    return _area(town, AreaKind.GRID, "第一网格")


def building_group(town: ConsoleWorld) -> UUID:
    """A building group with a building."""
    return _area(town, AreaKind.BUILDING_GROUP, "第一党小组", own_branch(town))


def group(town: ConsoleWorld) -> UUID:
    """A group with a member."""
    made = groups.add_group(actor(town), town.compound, GroupKind.VETERANS, "演示五老队伍").id
    groups.add_member(actor(town), town.compound, made, "13900010005")
    db.session.commit()
    return made


def reported(town: ConsoleWorld) -> None:
    """Somebody who reported in."""
    _, member = home(town, "601", "演示党员")
    reporting_in.report_in(
        Actor(member.account_id), town.compound, "演示党员", "演示单位党支部", reporting_in.CONSENT_VERSION
    )
    db.session.commit()


def staffed(town: ConsoleWorld) -> None:
    """A steward who is an owner, and somebody of the property company who never signed in."""
    _, steward = home(town, "301", "演示楼栋长")
    town.appoint(steward, Role.STEWARD)
    org.appoint(Role.PROPERTY_STAFF, town.compound, "13900010007")
    db.session.commit()


def stewards_role(town: ConsoleWorld) -> UUID:
    """The role of a steward."""
    staffed(town)
    return db.session.query(Appointment).filter_by(org_unit_id=town.compound, role=Role.STEWARD).one().id


def uploaded_good(town: ConsoleWorld) -> UUID:
    """An upload that can be imported."""
    home(town, "101")
    return uploaded(town, GOOD)


def built(town: ConsoleWorld) -> UUID:
    """A building with homes."""
    lived_in(town)
    return town.building("1栋")


def ward(town: ConsoleWorld) -> UUID:
    """An owner who has a guardian."""
    lived_in(town)
    return db.session.query(Guardianship).filter_by(compound_id=town.compound).one().owner_id


def voting(town: ConsoleWorld) -> Ref:
    """A home in a compound where a meeting is announced."""
    unit, _ = home(town)
    path = town.draft()
    assert town.api(town.secretary)("POST", f"{path}/announcement").status_code == 200
    return unit
