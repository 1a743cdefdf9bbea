"""Importing a roll as a secretary does: check, look at what was found, apply."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from launcher.demo.http import Refused
from launcher.demo.product import Person, Product
from launcher.demo.show import area

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FINDINGS_SHOWN = 5


@dataclass(frozen=True)
class Import:
    """A roll that was checked and applied: what was doubtful, and what changed."""

    findings: list[dict[str, Any]]
    difference: dict[str, Any]
    state: str


def import_roll(product: Product, secretary: Person, compound_id: str, file: Path) -> Import:
    """Check the file and apply it. A roll that was changed in between is checked anew. Raises Refused."""
    path = f"/compounds/{compound_id}/roll-imports"
    patience = product.api.patience()
    while True:
        upload = {"file": (file.name, file.read_bytes(), SHEET_TYPE)}
        checked = product.api.call("POST", path, secretary.token, files=upload)
        try:
            applied = product.api.call("POST", f"{path}/{checked['id']}/application", secretary.token)
        except Refused as refusal:
            if refusal.code not in ("roll_changed", "roll_too_busy"):
                raise
            patience.wait(str(refusal))
        else:
            return Import(checked["findings"], checked["difference"], applied["state"])


def show(console: Console, done: Import) -> None:
    """Print the findings and the difference."""
    console.print(f"  检查 findings: {len(done.findings)}")
    for finding in done.findings[:FINDINGS_SHOWN]:
        where = f"{finding['sheet']} 第{finding['row']}行"
        console.print(f"    {where}：{finding['what']}{finding['to_do']}", markup=False)
    counts = done.difference["counts"]
    console.print(
        f"  变动 difference: 新增 {counts['units_added']} 套，变更 {counts['units_changed']} 套，"
        f"业主变更 {counts['owners_changed']} 套，新增 {counts['persons_added']} 人；"
        f"导入后共 {area(counts['area_centi_after'])} m²"
    )
