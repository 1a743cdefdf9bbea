"""What an expression of Prometheus asks for, by a parser of the language."""

from collections.abc import Iterator
from typing import Any

import promql_parser

_PARTS = ("lhs", "rhs", "expr", "args", "param", "vector_selector")


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for part in _PARTS:
        found = getattr(node, part, None)
        for child in found if isinstance(found, list) else [found]:
            if child is not None:
                yield from _nodes(child)


def asked(expression: str) -> list[tuple[str, set[str]]]:
    """Each metric with the labels that it is chosen by. Raises ValueError where it is no expression."""
    selectors = [node for node in _nodes(promql_parser.parse(expression)) if type(node).__name__ == "VectorSelector"]
    return [(node.name, {matcher.name for matcher in node.matchers.matchers}) for node in selectors]


def grouped(expression: str) -> set[str]:
    """The labels that sums and the like are made by."""
    modifiers = [getattr(node, "modifier", None) for node in _nodes(promql_parser.parse(expression))]
    return {label for one in modifiers for label in getattr(one, "labels", ())}


def hold(expression: str, series: dict[str, set[str]]) -> None:
    """Assert that an expression asks for series, and labels of them, that there are."""
    found = asked(expression)
    assert found, expression
    for name, labels in found:
        assert name in series, name
        assert labels <= series[name], (name, labels)
    assert grouped(expression) <= set().union(*(series[name] for name, _ in found)), expression
