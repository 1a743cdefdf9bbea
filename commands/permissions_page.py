"""docs/permissions.md, rendered from the permission table."""

from pathlib import Path

from app.org.models import Role
from app.org.permissions import CHINESE, COLUMNS, MARKS, Act

PAGE = Path(__file__).parent.parent / "docs" / "permissions.md"

HEAD = """# Who may do what

This page is rendered from `app/org/permissions.py` by `make docs`. That table is the one place where it is written who
may do what: every service asks it (`app/org/policy.py`), the console's pages show what it allows, and
`tests/permissions` asks every route of both faces as everybody, in the own compound and in another, and compares.

- A **role** is given for a node of the organisation tree and holds there and at all nodes below: a community's officer
  serves all its compounds. One person may hold several (一肩挑: the secretary who also heads the committee is one
  account). Giving and ending a role is on the [audit log](audit-log.md), and holds from the next request on, also for
  running sign-ins: no process remembers a role.
- A **standing** is not given, it follows from a record in the compound: 业主 has a home there as its owner or as the
  owner's guardian, 住户 lives there without owning a home (a tenant, a family member: [residents.md](residents.md)),
  志愿者 is registered there, 共建团队成员 belongs to a group that helps there. Whatever 住户 may do, an owner may; a
  member of the owners' committee is an owner, and has no more rights here than any other.
- **Meetings are the owners'**: what the law gives (voting, the roll, objections, inspection: Civil Code 278 and 280,
  PMR 6, SPC 13) it gives to owners, and a running meeting's pages name owners and areas. So 住户 do not open them, and
  their first screen leaves them out. What a meeting decided is announced in the compound: its public page needs no
  sign-in.
- What somebody may do with a thing of the **own** (a ballot, a wish, a booking, an appeal) stands in no line: the
  service asks whose it is. So does what nobody may do, whatever the role: review the own, confirm the own paper entry,
  count alone, appoint oneself, see choices before the count.
- 本楼: the act is about somebody's **home**. A steward who was appointed for a building (楼栋长) or a stairwell
  (单元长) does it for the homes of that place alone; lists and searches offer no others, and another home's is refused
  with `outside_own_place`, which names the place. One home there is enough for an owner or a voting party with several.
  A steward without a place does it in the whole compound, and whoever holds a second role that allows it, everywhere
  that role allows. The secretary does all of it everywhere but posting wishes, so no absent steward holds a vote up.
  Drafting for the red/black list, organising and looking are about the compound, and no place limits them.
- 物业服务企业人员 is registered so that it can be kept out; it allows nothing.

"""
SHOWN = {"x": "✓", "p": "本楼", ".": ""}
SHORT = {
    Role.STEWARD: "楼栋长",
    Role.SECRETARY: "小区书记",
    Role.SUPERVISOR: "监督员",
    Role.COMMUNITY_OFFICER: "社区",
    Role.STREET_OFFICER: "街道",
    Role.COUNTY_OFFICER: "区县",
    Role.OPERATOR: "运维",
    Role.PROPERTY_STAFF: "物业",
}


def permissions() -> str:
    """docs/permissions.md as the table is now."""
    titles = [SHORT[one] if isinstance(one, Role) else one.chinese for one in COLUMNS]
    lines = [f"| act | {' | '.join(titles)} | |", f"|---|{':-:|' * len(titles)}---|"]
    for act in Act:
        marks = [SHOWN[MARKS[act].get(one, ".")] for one in COLUMNS]
        lines.append(f"| `{act}` | {' | '.join(marks)} | {CHINESE[act]} |")
    return HEAD + "\n".join(lines) + "\n"
