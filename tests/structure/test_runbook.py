"""Every alert has its page in the runbook, and asks for metrics and labels that there are."""

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from flask import Flask

from app.core import queueing
from app.core.alerts import AlertCode
from commands import dashboards, register
from miniprogram_api.metrics.collecting import COUNTERS, GAUGES, HISTOGRAMS, Community
from tests.support.promql import asked, hold
from tests.support.world import World

ROOT = Path(__file__).parents[2]
GROUPS = yaml.safe_load((ROOT / "ops" / "prometheus" / "alerts.yml").read_text())["groups"]
RULES: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
SECTIONS = {part.split("\n", 1)[0]: part for part in re.split(r"^## ", RUNBOOK, flags=re.M)[1:]}
PARTS = ("**You see**", "**Why**", "**Do**", "**Over**")


def known(world: World) -> dict[str, set[str]]:
    """Every series that can be told, with its labels."""
    found: dict[str, set[str]] = {"up": {"job", "instance"}}
    for counter in COUNTERS:
        found[f"{counter.name}_total"] = set(counter.labels)
    for gauge in GAUGES:
        found[gauge.name] = {"process", gauge.label}
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


def test_alerts_and_dashboards_ask_for_metrics_and_labels_that_there_are(world: World):
    queueing.connection().flushdb()
    series = known(world)
    for rule in RULES:
        hold(rule["expr"], series)
    shown = {path.name: json.loads(path.read_text()) for path in (ROOT / "ops" / "grafana").glob("*.json")}
    assert len(shown) == len(dashboards.DASHBOARDS)
    targets = [target for page in shown.values() for panel in page["panels"] for target in panel["targets"]]
    for target in targets:
        hold(target["expr"], series)
        labels = set().union(*(series[name] for name, _ in asked(target["expr"])))
        assert set(LEGEND.findall(target["legendFormat"])) <= labels, target
    drawn = {re.sub("_(total|bucket|count|sum)$", "", name) for target in targets for name, _ in asked(target["expr"])}
    told = {re.sub("_(total|bucket|count|sum)$", "", name) for name in series} - {"up"}
    assert told - drawn <= NOT_DRAWN, "a metric that no dashboard shows"


LEGEND = re.compile(r"\{\{(\w+)\}\}")
NOT_DRAWN = {"community_processes_silent", "community_oldest_fan_out_seconds"}


def test_an_expression_of_what_there_is_not_is_found():
    series = {"a_total": {"x"}}
    hold("sum by (x) (rate(a_total{x='1'}[5m])) > 0", series)
    for wrong in ("b_total", "a_total{y='1'}", "sum by (z) (a_total)", "rate(a_total[5m]", "1 + 1"):
        with pytest.raises((AssertionError, ValueError)):
            hold(wrong, series)


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
