"""How figures are written in results and read from lists: integers to text and back, exactly. No floats anywhere."""

import re

_AREA = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)


def area_text(area_centi: int) -> str:
    """Write an area (integer of 0.01 m²) in square metres: 7875637 -> "78,756.37"."""
    metres, hundredths = divmod(abs(area_centi), 100)
    return f"{'-' if area_centi < 0 else ''}{metres:,}.{hundredths:02d}"


def parse_area(text: str) -> int:
    """Read square metres as published ("78756.37", "78,756.4", "147368") into integers of 0.01 m².

    Raises ValueError for anything else, also for a third decimal: a figure is never rounded in passing.
    """
    match = _AREA.fullmatch(text.strip().replace(",", ""))
    if match is None:
        raise ValueError(f"not an area in square metres with at most two decimals: {text!r}")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def persons_text(persons: int) -> str:
    """Write a number of persons (人数): 2715 -> "2715"."""
    return str(persons)
