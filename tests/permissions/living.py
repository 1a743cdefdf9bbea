"""A compound where everything is under way: of every kind that an address or body names there is a real thing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.core.db import db
from app.org import queries
from app.org.models import Appointment, Role
from tests.miniprogram_api.meetings.test_delivery import post_notice
from tests.miniprogram_api.test_daily_privacy import scene_of
from tests.miniprogram_api.test_elections import draft as election_draft
from tests.miniprogram_api.test_homes import upload, workbook
from tests.support.files import pdf, picture
from tests.support.objections import file_objection
from tests.support.paper import Table as PaperTable
from tests.support.phones import fresh_number, proven
from tests.support.volunteering import TOMORROW
from tests.support.world import CLOSES, OPENS, START, Person, World, at

TABLES: Final = {
    "activity_id": "offering",
    "appeal_id": "notice_statement",
    "attachment_id": "attachment",
    "ballot_id": "ballot",
    "binding_id": "binding",
    "booking_id": "booking",
    "branch_id": "branch_compound",
    "brand_id": "service_brand",
    "building_group_id": "area_building",
    "building_id": "building",
    "candidate_id": "candidate",
    "case_id": "review_case",
    "claim_id": "post_claim",
    "committee_id": "committee",
    "committee_member_id": "committee_member",
    "entry_id": "notice_entry",
    "grid_id": "area_building",
    "group_id": "helping_group",
    "import_id": "roll_import",
    "inspection_id": "inspection",
    "mandate_id": "mandate",
    "meeting_id": "meeting",
    "member_id": "group_member",
    "message_id": "outbox",
    "motion_id": "motion",
    "nomination_id": "notice_nomination",
    "notice_id": "posted_notice",
    "objection_id": "electorate_objection",
    "owner_id": "owner",
    "party_id": "voting_party",
    "party_member_id": "party_member",
    "petition_id": "petition",
    "picture_id": "picture",
    "post_id": "volunteer_post",
    "record_id": "service_record",
    "request_id": "correction_request",
    "result_objection_id": "result_objection",
    "scan_id": "meeting_scan",
    "scope_building_id": "building",
    "secretary_nomination_id": "role_nomination",
    "service_id": "offering",
    "sheet_id": "paper_sheet",
    "slot_id": "slot",
    "steward_nomination_id": "role_nomination",
    "unit_id": "unit",
    "wish_id": "wish",
}
"""Where a thing of each kind is kept."""
BESIDE: Final = {
    "account_id": "the account of a child in somebody's care",
    "appointment_id": "a role in the compound, kept beside the tree",
    "after": "the home after which a search goes on",
    "neighbour_id": "a compound that a joint branch is to serve too",
    "sheet": "the text of a ballot's QR code",
}
"""Kinds that have no table of a compound."""

UUID_TEXT: Final = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FINAL: Final = CLOSES + timedelta(days=8)
_SERVED: Final = TOMORROW.replace(hour=4)


@dataclass(frozen=True)
class Moment:
    """When to ask, and which of the compound's things an address speaks of then."""

    at: datetime
    ids: dict[str, str]


@dataclass
class Living:
    """A compound where everything is under way: its people by what they are, and the id of a thing of each kind.

    `moments`: one with a meeting that is a draft, one while another is voted on, one after a third is final.
    """

    world: World
    people: dict[str, Person]
    ids: dict[str, str] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    owners: list[Person] = field(default_factory=list)

    @classmethod
    def of(cls, world: World) -> "Living":
        """Make everything."""
        final = _final_meeting(world)
        made = cls(world, scene_of(world).people)
        made._daily_life()
        draft, voting = made._draft(), made._voting()
        for name, table in TABLES.items():
            found = made.of_table(db.metadata.tables[table])
            assert found, f"there is no {table}"
            made.ids.setdefault(name, found[0])
        made.ids |= (
            made._care()
            | {"appointment_id": made._role()}
            | {"sheet": voting.pop("sheet"), "after": made.ids["unit_id"]}
        )
        asked = {"draft": (START, draft), "voting": (OPENS + timedelta(hours=1), voting), "final": (FINAL, final)}
        made.moments = [Moment(when, ids) for when, ids in asked.values()]
        return made

    def of_table(self, table: Table) -> list[str]:
        """The ids of the compound's rows."""
        found = select(table.c.id).where(self._here(table)).order_by(table.c.id)
        return [str(one) for one in db.session.scalars(found)]

    def everything(self) -> set[str]:
        """The id of every row of the compound, and its own."""
        found = [self.of_table(table) for table in _tables() if "id" in table.columns]
        return {str(self.world.compound), self.ids["account_id"]}.union(*found)

    def fingerprint(self) -> dict[str, str | None]:
        """What is in each table."""
        found = {}
        for table in _tables():
            row = cast(table.table_valued(), Text)
            content = func.md5(cast(func.array_agg(aggregate_order_by(row, row)), Text))
            found[table.name] = db.session.scalar(select(content).where(self._here(table)))
        child = db.metadata.tables["child_account"]
        cared_for = select(child.c.guardian_id).where(child.c.account_id == self.ids["account_id"])
        return found | {"child_account": str(db.session.scalar(cared_for))}

    def _here(self, table: Table) -> ColumnElement[bool]:
        return table.c.compound_id == self.world.compound

    def _done(self, person: Person, method: str, path: str, body: Any = None, **sent: Any) -> Any:
        answer = self.world.api(person)(method, path, body, **sent)
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        return answer.json

    def _daily_life(self) -> None:
        """What the scene of the daily life has not: a petition, a nomination, a picture, a roll, a correction."""
        world, here = self.world, f"/compounds/{self.world.compound}"
        self.owners = [world.owner(world.unit(f"m{number}", building="9栋")) for number in range(4)]
        self.people["owner"] = self.owners[0]
        motion = {"matter": 5, "title": "修电梯", "text": "预算 28 万元。"}
        asked = {"title": "提议开会", "text": "请大家决定。", "motions": [motion]}
        self._done(self.owners[0], "POST", f"{here}/petitions", asked)
        officer = world.official(Role.STREET_OFFICER, queries.path_to(world.compound)[-3].id)
        nomination = {"name": "某人", "phone": "13900000066", "grounds": "热心"}
        forward = self._done(officer, "POST", f"{here}/secretary-nominations", nomination)
        for_place = nomination | {"building_id": str(world.building("9栋"))}
        steward = self._done(world.secretary, "POST", f"{here}/steward-nominations", for_place)
        self.ids |= {"secretary_nomination_id": forward["id"], "steward_nomination_id": steward["id"]}
        member = {"name": "某党员", "formal": True, "registered_here": True, "consent_note": "同意书第 3 号"}
        for _ in range(3):
            self._done(world.secretary, "POST", f"{here}/party-members", member | {"phone": fresh_number()})
        branch = self._done(world.supervisor, "POST", f"{here}/party-branches", {"kind": "own", "name": "某支部"})
        area = {"name": "某处", "leader": {"name": "某人", "phone": "13900000066"}, "building_ids": []}
        area["building_ids"] = [for_place["building_id"]]
        grid = self._done(world.supervisor, "POST", f"{here}/grids", area)
        of_branch = area | {"branch_id": branch["id"]}
        group = self._done(world.supervisor, "POST", f"{here}/building-groups", of_branch)
        self.ids |= {"branch_id": branch["id"], "neighbour_id": str(world.compound)}
        self.ids |= {"grid_id": grid["id"], "building_group_id": group["id"]}
        resident = self.people["resident"]
        wish = self._done(resident, "POST", f"{here}/wishes", {"text": "想借一把梯子用一下午。", "category": "repair"})
        photo = {"file": (BytesIO(picture("JPEG")), "照片.jpg")}
        self._done(resident, "POST", f"{here}/wishes/{wish['id']}/photos", data=photo)
        assert upload(world, workbook(("2栋", "1单元", "101", 88.5, "测试业主一", "13900000001"))).status_code == 201
        [record] = self.of_table(db.metadata.tables["service_record"])
        with at(_SERVED):
            self._done(self.people["secretary"], "POST", f"{here}/service-records/{record}/confirmation")
            correction = {"minutes": 150, "reason": "签退时手机没电"}
            self._done(self.people["volunteer"], "POST", f"{here}/service-records/{record}/corrections", correction)

    def _draft(self) -> dict[str, str]:
        """A draft with an attachment and a candidate."""
        path, election, [candidate] = election_draft(self.world, 1)
        plain = self._done(self.world.secretary, "GET", path)["motions"][0]["id"]
        file = {"file": (BytesIO(pdf()), "附件.pdf")}
        attached = self._done(self.world.secretary, "POST", f"{path}/motions/{plain}/attachments", data=file)
        return {
            "meeting_id": path.rpartition("/")[2],
            "motion_id": election,
            "candidate_id": candidate,
            "attachment_id": attached["id"],
        }

    def _voting(self) -> dict[str, str]:
        """A meeting that is voted on: with an objection, a posted notice, a mandate, a sheet and a ballot."""
        world = self.world
        path = world.announced(5, 4)
        objecting, voting, absent, on_paper = self.owners
        objection = file_objection(world, objecting, path)
        assert objection.status_code == 201
        assert post_notice(world, path, world.secretary, picture("JPEG")).status_code == 201
        proxy, table = world.person(), PaperTable(world, path)
        scan = (BytesIO(pdf()), "委托书.pdf")
        form = {"proxy_phone": proven(proxy), "proxy_name": "代理某", "file": scan}
        given = f"{path}/parties/{table.party_of(absent)}/mandates"
        mandate = self._done(absent, "POST", given, data=form, content_type="multipart/form-data")
        with at(OPENS):
            assert world.cast(voting, path).status_code == 201
            sheet = table.received(on_paper)
        return {
            "meeting_id": path.rpartition("/")[2],
            "motion_id": table.motions[0],
            "party_id": str(table.party_of(objecting)),
            "objection_id": objection.json["id"],
            "mandate_id": mandate["id"],
            "scan_id": mandate["scan_id"],
            "sheet_id": sheet["id"],
            "sheet": table.qr(objecting),
        }

    def _role(self) -> str:
        """A role that the street may end."""
        held = select(Appointment.id).where(Appointment.org_unit_id == self.world.compound)
        return str(db.session.scalars(held.order_by(Appointment.id).limit(1)).one())

    def _care(self) -> dict[str, str]:
        """A child and its guardian."""
        child, guardian = self.world.person(), self.world.person()
        proven(guardian)
        version = self._done(child, "GET", "/me/consents")["items"][0]["version"]
        self._done(child, "PUT", "/me/consents/privacy", {"version": version, "fourteen": False})
        code = self._done(child, "POST", "/me/guardian-code")["code"]
        self._done(guardian, "POST", "/me/wards", {"code": code, "version": version})
        return {"account_id": str(child.account_id)}


def _final_meeting(world: World) -> dict[str, str]:
    """A meeting that formed a committee, with an objection that was decided and an inspection that is open."""
    secretary, owners = world.api(world.secretary), world.owners(3)

    def done(path: str, body: Any = None, by: Person = world.secretary) -> Any:
        answer = world.api(by)("POST", path, body)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return answer.json

    path = world.announced(5)
    with at(OPENS):
        for owner in owners:
            assert world.cast(owner, path).status_code == 201
    with at(CLOSES):
        done(f"{path}/count")
        done(f"{path}/count", by=world.supervisor)
        done(f"{path}/publication")
        objection = done(f"{path}/result-objections", {"text": "请复核计票。"}, owners[0])
        decision = {"decision": "rejected", "reason": "经复核无误。"}
        done(f"{path}/result-objections/{objection['id']}/decision", decision)
    with at(FINAL):
        done(f"{path}/final-announcement")
        opened = done(f"{path}/inspections", {"owner_id": str(owners[0].owner_id), "reason": "业主申请现场查阅"})
        meeting = {"meeting_id": path.rpartition("/")[2], "motion_id": secretary("GET", path).json["motions"][0]["id"]}
        formed = meeting | {"members": ["甲某", "乙某", "丙某"], "term_years": 3}
        committee = done(f"/compounds/{world.compound}/committees/self-management", formed)
    return meeting | {
        "inspection_id": opened["id"],
        "committee_id": committee["id"],
        "committee_member_id": committee["members"][0]["id"],
        "result_objection_id": objection["id"],
    }


def _tables() -> Iterator[Table]:
    return (table for table in db.metadata.tables.values() if "compound_id" in table.columns)
