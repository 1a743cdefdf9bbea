"""The curves of `make bench-growth` as a picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pygal
from pygal.style import CleanStyle

FILE: Final = Path("docs/performance/growth.svg")


def draw(medians: Mapping[str, Mapping[int, float]]) -> None:
    """Draw each path's median by the number of compounds, both as logarithms."""
    chart = pygal.XY(
        logarithmic=True,
        style=CleanStyle,
        width=900,
        height=480,
        js=[],
        title="Median of a request by the size of the city, in milliseconds",
        x_title="compounds",
        xrange=(9, 4200),
        x_value_formatter=lambda value: f"{value:,.0f}",
        value_formatter=lambda value: f"{value:.1f}",
        disable_xml_declaration=True,
    )
    for what, of in medians.items():
        chart.add(what, sorted(of.items()))
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(chart.render(), encoding="utf-8")
