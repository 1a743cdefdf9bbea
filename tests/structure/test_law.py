"""docs/law.md names for each rule the test that holds it: the test exists, and has the article in its name."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<rule>.+) \| (?P<article>[^|]+) \| `(?P<file>[^`:]+)::(?P<test>\w+)` \|$")
LINES = (ROOT / "docs" / "law.md").read_text(encoding="utf-8").splitlines()
RULES = [found.groupdict() for line in LINES if (found := ROW.match(line))]


@cache
def functions_in(file: str) -> dict[str, ast.FunctionDef]:
    module = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {one.name: one for one in module.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}


def plain(text: str) -> str:
    """An article without its signs: CC 278(1)(5), civil_code_278_1_5 and CC278_1_5 are one."""
    return re.sub(r"[^a-z0-9]", "", text.lower()).replace("civilcode", "cc")


def test_every_line_of_the_tables_is_a_rule_with_its_test():
    lines = [line for line in LINES if line.startswith("| ") and not line.startswith("| rule ")]
    assert len(lines) == len(RULES) > 60
    assert len({rule["rule"] for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["rule"])
def test_the_test_of_a_rule_exists_and_names_its_article(rule: dict[str, str]):
    test = functions_in(rule["file"]).get(rule["test"])
    assert test, f"{rule['file']} has no {rule['test']}"
    names = rule["test"]
    if any("parametrize" in ast.unparse(one) for one in test.decorator_list):
        names += (ROOT / rule["file"]).read_text(encoding="utf-8")  # the table's own names
    assert plain(rule["article"]) in plain(names)
