"""`python -m launcher.demo.data`: what `make run` has to show, put in through the API; quick where it is there already.

WeChat is told where to push its events. The demo organisation, which no API adds, comes from `flask dev demo-data`.
演示小区 gets a roll of twelve flats, a tenant in the first of them, an announced meeting and a draft.
"""

import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook

from app.core.clock import SHANGHAI
from app.core.settings import load_settings
from launcher.demo.expected import MOTIONS
from launcher.demo.http import Refused
from launcher.demo.meeting import at, next_title, prepare
from launcher.demo.product import Person, Product
from launcher.demo.roll import import_roll
from launcher.demo.running import product_of
from launcher.demo_roll import HEADER, DemoOwner, DemoUnit, demo_units
from launcher.demo_sign_ins import DEMO_SIGN_INS
from launcher.embedded import ROOT
from launcher.errors import LauncherError

ADD_ORGANISATION = [sys.executable, "-m", "flask", "--app", "wsgi", "dev", "demo-data"]
COMPOUND = "演示小区"
FLATS = 12
PATIENCE_S = 20
A_YEAR = timedelta(days=365)
DAYS_OF_NOTICE, DAYS_OF_VOTING = 16, 7
PHONES = [f"13900000{100 + number}" for number in range(1, FLATS + 1)]
"""Other people than those of the demonstration, so that no message to them takes the place of one of these."""
LIVE = frozenset({"announced", "voting"})


def main() -> int:
    """Exit code: 0 when all is there, 1 with a sentence when it could not be put in."""
    settings = load_settings()
    product = product_of(settings, PATIENCE_S)
    try:
        product.receive_pushes(settings.secrets)
        secretary, profile = product.arrive(DEMO_SIGN_INS[0].phone_number)
        if not profile["appointments"]:
            subprocess.run(ADD_ORGANISATION, cwd=ROOT, check=True)  # noqa: S603
            profile = product.prove_phone(secretary)
        for role in profile["appointments"]:
            if role["name"] == COMPOUND:
                print("\n".join(_provide(product, secretary, role["org_unit_id"])) or "already there")
        product.sign_out(secretary)
    except (LauncherError, Refused) as error:
        print(f"The demo data could not be added: {error}", file=sys.stderr)
        return 1
    finally:
        product.close()
    return 0


def _provide(product: Product, secretary: Person, compound_id: str) -> list[str]:
    """Add what is missing; what was added."""
    added = []
    if not product.find_units(compound_id, secretary, limit=1)["items"]:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "演示小区业主名册.xlsx"
            write_workbook(file, flats())
            import_roll(product, secretary, compound_id, file)
        _let(product, secretary, compound_id)
        added.append(f"a roll of {FLATS} flats, one of them let")
    states = {one["state"] for one in product.get(f"/compounds/{compound_id}/meetings", secretary)["items"]}
    if not states & LIVE:
        _meeting(product, secretary, compound_id, announced=True)
        added.append("an announced meeting")
    if "draft" not in states:
        _meeting(product, secretary, compound_id, announced=False)
        added.append("a draft")
    return added


def flats() -> list[DemoUnit]:
    """Twelve flats: 演示业主 has the first, somebody has two, one belongs to two people."""
    invented = demo_units(FLATS, seed=2, phones=PHONES, co_owned_percent=0)
    owners = [unit.owners[0] for unit in invented]
    shown = DEMO_SIGN_INS[2]
    held: list[Sequence[DemoOwner]] = [[owner] for owner in owners]
    held[0] = [DemoOwner(shown.name, owners[0].id_number, shown.phone_number)]
    held[2] = [owners[1]]
    held[3] = [owners[2], owners[3]]
    return [
        DemoUnit(unit.building, unit.stairwell, unit.room, unit.area_centi, tuple(people))
        for unit, people in zip(invented, held, strict=True)
    ]


def _let(product: Product, secretary: Person, compound_id: str) -> None:
    """演示租客 applies for 演示业主's flat, and the secretary registers the lease of a year."""
    shown, flat = DEMO_SIGN_INS[3], flats()[0]
    tenant, profile = product.arrive(shown.phone_number)
    if not profile["homes"]:
        bindings, last_day = f"/compounds/{compound_id}/bindings", product.now().astimezone(SHANGHAI) + A_YEAR
        door = {"building": flat.building, "stairwell": flat.stairwell, "room": flat.room}
        asked = {"claimed_name": shown.name, "capacity": "tenant", "lease_ends": last_day.date().isoformat()}
        made = product.api.once("POST", bindings, tenant.token, json=door | asked)
        product.api.once("POST", f"{bindings}/{made['id']}/decision", secretary.token, json={"accept": True})
    product.sign_out(tenant)


def write_workbook(file: Path, units: Sequence[DemoUnit]) -> None:
    """The roll as a property office would hand it in."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("业主名册")
    sheet.append(HEADER)
    for unit in units:
        sheet.append(unit.cells())
    book.save(file)


def _meeting(product: Product, secretary: Person, compound_id: str, *, announced: bool) -> None:
    now = product.now().astimezone(SHANGHAI)
    opens_at, closes_at = at(now, DAYS_OF_NOTICE, 9), at(now, DAYS_OF_NOTICE + DAYS_OF_VOTING, 18)
    if not announced:
        opens_at, closes_at = opens_at + timedelta(days=60), closes_at + timedelta(days=60)
    title = next_title(product, secretary, compound_id, now.year)
    meeting = prepare(product, secretary, compound_id, title, opens_at, closes_at)
    meeting.add_motions(MOTIONS[:2] if announced else MOTIONS[2:])
    if announced:
        meeting.announce()


if __name__ == "__main__":
    sys.exit(main())
