"""A comparison of integers as data, so that a count record shows each step and anyone can do the sum again."""

from collections.abc import Callable
from dataclasses import dataclass

from app.meetings.notation import area_text, persons_text
from app.meetings.rules.rule_set import Threshold


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: `left operator right`, both integers (persons, or areas in 0.01 m² after multiplication).

    `part` of `whole` is what is compared; `expression` writes it out, areas in m²: "3×905=2715 ≥ 2×1152=2304".
    """

    name: str
    label: str
    part: int
    whole: int
    left: int
    operator: str
    right: int
    holds: bool
    expression: str
    article: str

    @property
    def sentence(self) -> str:
        """The comparison for people, with its outcome."""
        return f"{self.label}：{self.expression}，{'成立' if self.holds else '不成立'}（{self.article}）"


def compare_both(
    name: str, subject: str, threshold: Threshold, part: tuple[int, int], whole: tuple[int, int]
) -> tuple[Comparison, Comparison]:
    """Compare (persons, area) with the threshold of (persons, area): two comparisons, by persons and by area."""
    return (
        compare_persons(name, subject, threshold, part[0], whole[0]),
        compare_area(name, subject, threshold, part[1], whole[1]),
    )


def compare_persons(name: str, subject: str, threshold: Threshold, part: int, whole: int) -> Comparison:
    """Compare a number of persons (人数)."""
    label = f"{subject}人数{threshold.name}"
    return _compare(f"{name}_persons", label, threshold, part, whole, persons_text)


def compare_area(name: str, subject: str, threshold: Threshold, part: int, whole: int) -> Comparison:
    """Compare an area (专有部分面积), integers of 0.01 m²."""
    label = f"{subject}面积{threshold.name}"
    return _compare(f"{name}_area", label, threshold, part, whole, area_text)


def _compare(
    name: str, label: str, threshold: Threshold, part: int, whole: int, text: Callable[[int], str]
) -> Comparison:
    def product(factor: int, value: int) -> str:
        return text(value) if factor == 1 else f"{factor}×{text(value)}={text(factor * value)}"

    left, right = product(threshold.denominator, part), product(threshold.numerator, whole)
    return Comparison(
        name=name,
        label=label,
        part=part,
        whole=whole,
        left=threshold.denominator * part,
        operator=threshold.operator,
        right=threshold.numerator * whole,
        holds=threshold.holds(part, whole),
        expression=f"{left} {threshold.operator} {right}",
        article=threshold.article,
    )
