"""Every alert has its page in the runbook, and asks for metrics and labels that there are."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from flask import Flask

from app.core import queueing
from app.core.alerts import AlertCode
from commands import register
from miniprogram_api.metrics.collecting import COUNTERS, HISTOGRAMS, Community
from tests.support.world import World

ROOT = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((ROOT / "ops" / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
SECTIONS = {part.split("\n", 1)[0]: part for part in re.split(r"^## ", RUNBOOK, flags=re.M)[1:]}
PARTS = ("**You see**", "**Why**", "**Do**", "**Over**")
SERIES = re.compile(r"\b(up|community_\w+)(?:\{([^}]*)\})?")


def known(world: World) -> dict[str, set[str]]:
    """Every series that can be told, with its labels."""
    found: dict[str, set[str]] = {"up": {"job", "instance"}}
    for counter in COUNTERS:
        found[f"{counter.name}_total"] = set(counter.labels)
    for histogram in HISTOGRAMS:
        found |= {f"{histogram.name}_{end}": set(histogram.labels) for end in ("count", "sum")}
        found[f"{histogram.name}_bucket"] = {*histogram.labels, "le"}
    for family in Community().collect():
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_its_section_that_says_what_why_what_to_do_and_when_it_is_over(rule: dict[str, Any]):
    assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"
    section = SECTIONS[rule["alert"]]
    assert all(part in section for part in PARTS), [part for part in PARTS if part not in section]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    assert re.fullmatch(r"\d+m", rule["for"])


def test_no_section_is_about_an_alert_that_there_is_not():
    about_alerts = {title for title in SECTIONS if not title.startswith("How to ")}
    assert about_alerts == {rule["alert"] for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_metrics_and_labels_that_there_are(world: World, rule: dict[str, Any]):
    queueing.connection().flushdb()
    series, asked = known(world), SERIES.findall(rule["expr"])
    assert asked
    for name, matchers in asked:
        assert name in series, name
        assert set(re.findall(r"(\w+)\s*(?:=~|!=|!~|=)", matchers)) <= series[name], name
    grouped = {label.strip() for group in re.findall(r"by \(([^)]*)\)", rule["expr"]) for label in group.split(",")}
    assert grouped <= set().union(*(series[name] for name, _ in asked))
    assert rule["expr"].count("(") == rule["expr"].count(")")


@pytest.mark.parametrize("code", AlertCode)
def test_a_code_that_the_operator_is_told_of_has_its_section(code: AlertCode):
    assert f"\n### {code}\n" in RUNBOOK


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK))))
def test_a_link_within_the_runbook_leads_somewhere(link: str):
    assert re.search(rf"^#+ {link}$", RUNBOOK, flags=re.M | re.I)


def test_the_commands_that_the_runbook_names_exist(app: Flask):
    register(app)
    commands = app.cli.commands
    for name, act in set(re.findall(r"flask --app wsgi (\w+)(?: ([a-z-]+))?", RUNBOOK)):
        assert name in commands, name
        if isinstance(commands[name], click.Group):
            assert act in commands[name].commands, (name, act)
    within = set(
        re.findall(r"\b(notifications|events|jobs) (status|failed|forget|retry|drop|check|resolve)\b", RUNBOOK)
    )
    assert all(act in commands[name].commands for name, act in within)
