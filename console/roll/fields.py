"""Fields of the roll's forms."""

from typing import Any

import wtforms

from app.compounds.roll_findings import KINDS
from app.compounds.roll_values import area_of


class AreaField(wtforms.StringField):  # type: ignore[misc]
    """An area in m² as people write it; `data` is in 0.01 m², None where nothing is written."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "decimal", "autocomplete": "off"}, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it, and refuse what an import would refuse, in the same words."""
        written = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not written:
            return
        area = area_of(written)
        if area.centi is None:
            raise ValueError(_sentence(area.problem, written))
        if area.rounded:
            raise ValueError("面积最多写两位小数，例如 89.57。")
        self.data = area.centi

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 100}.{self.data % 100:02}"


def _sentence(kind: str, written: str) -> str:
    found = KINDS[kind]
    return found.what.format(value=written) + found.to_do
