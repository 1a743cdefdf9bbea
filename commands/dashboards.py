"""Dashboards for Grafana over what GET /metrics tells: `make docs` writes ops/grafana/*.json."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "ops" / "grafana"
WIDTH, HEIGHT, COLUMNS = 12, 8, 2
WINDOW = "5m"


@dataclass(frozen=True)
class Panel:
    """A picture of one or several series. `unit` as Grafana names it: s, reqps, short, bytes, percentunit."""

    title: str
    unit: str
    series: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Dashboard:
    """A page of panels."""

    uid: str
    title: str
    panels: Sequence[Panel]


def rate(metric: str, by: str, where: str = "") -> str:
    """How often a second, by labels."""
    return f"sum by ({by}) (rate({metric}{{{where}}}[{WINDOW}]))"


def quantile(share: float, histogram: str, by: str = "", where: str = "") -> str:
    """A quantile of a histogram, by labels."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({histogram}_bucket{{{where}}}[{WINDOW}])))"


def highest(series: str) -> str:
    """The dozen highest of many."""
    return f"topk(12, {series})"


def share(part: str, whole: str) -> str:
    """One rate as a part of another."""
    return f"sum(rate({part}[{WINDOW}])) / sum(rate({whole}[{WINDOW}]))"


_REQUEST, _CALL, _JOB = "community_http_request_seconds", "community_wechat_call_seconds", "community_job_seconds"
_OF_REQUESTS, _OF_JOBS = 'kind="request"', 'kind="job"'
_DATABASE, _REDIS = "community_database_seconds", "community_redis_seconds"

DASHBOARDS = (
    Dashboard(
        "community-overview",
        "Community · Overview",
        (
            Panel("Parts that answer", "short", [("community_up", "{{part}}")]),
            Panel("Requests a second", "reqps", [(rate(f"{_REQUEST}_count", "status"), "{{status}}")]),
            Panel(
                "Time of a request",
                "s",
                [(quantile(q, _REQUEST), f"{int(q * 100)}%") for q in (0.5, 0.95, 0.99)],
            ),
            Panel(
                "Errors of ours",
                "percentunit",
                [(share(f'{_REQUEST}_count{{status=~"5.."}}', f"{_REQUEST}_count"), "of all requests")],
            ),
            Panel("Oldest message", "s", [("community_oldest_message_seconds", "{{urgency}}")]),
            Panel("Background processes", "short", [("community_processes_alive", "{{kind}}")]),
            Panel(
                "Open alerts for the operator",
                "short",
                [("sum by (code) (community_operator_alerts_open)", "{{code}}")],
            ),
            Panel("Age of the newest backup", "s", [("community_backup_age_seconds", "backup")]),
        ),
    ),
    Dashboard(
        "community-requests",
        "Community · API and console",
        (
            Panel(
                "Requests by route",
                "reqps",
                [(highest(rate(f"{_REQUEST}_count", "method, route")), "{{method}} {{route}}")],
            ),
            Panel("Slowest routes, 95%", "s", [(highest(quantile(0.95, _REQUEST, "route")), "{{route}}")]),
            Panel(
                "Time in PostgreSQL by route, 95%",
                "s",
                [(highest(quantile(0.95, _DATABASE, "name", _OF_REQUESTS)), "{{name}}")],
            ),
            Panel(
                "Statements of a request",
                "short",
                [
                    (
                        highest(
                            rate("community_database_statements_total", "name", _OF_REQUESTS)
                            + " / "
                            + rate(f"{_DATABASE}_count", "name", _OF_REQUESTS)
                        ),
                        "{{name}}",
                    )
                ],
            ),
            Panel(
                "Refusals and errors",
                "reqps",
                [(rate(f"{_REQUEST}_count", "status", 'status=~"4..|5.."'), "{{status}}")],
            ),
            Panel("Console, 95%", "s", [(quantile(0.95, _REQUEST, "", 'route=~"/console.*"'), "console")]),
        ),
    ),
    Dashboard(
        "community-people",
        "Community · Votes, sign-ins, checks",
        (
            Panel(
                "Ballots accepted",
                "reqps",
                [(rate("community_ballots_total", "channel", 'outcome="accepted"'), "{{channel}}")],
            ),
            Panel(
                "Ballots refused",
                "reqps",
                [(rate("community_ballots_total", "outcome", 'outcome!="accepted"'), "{{outcome}}")],
            ),
            Panel("Sign-ins", "reqps", [(rate("community_sign_ins_total", "face, outcome"), "{{face}} {{outcome}}")]),
            Panel(
                "Verdicts on texts and pictures",
                "reqps",
                [(rate("community_content_checks_total", "verdict"), "{{verdict}}")],
            ),
        ),
    ),
    Dashboard(
        "community-messages",
        "Community · Messages and WeChat",
        (
            Panel("Messages by state", "short", [("sum by (state) (community_messages_open)", "{{state}}")]),
            Panel("What became of messages", "reqps", [(rate("community_messages_total", "outcome"), "{{outcome}}")]),
            Panel("Messages by kind", "reqps", [(rate("community_messages_total", "kind"), "{{kind}}")]),
            Panel("Oldest message", "s", [("community_oldest_message_seconds", "{{urgency}}")]),
            Panel("To many, still to be written", "short", [("community_fan_out_recipients", "messages")]),
            Panel("Calls to WeChat, 95%", "s", [(quantile(0.95, _CALL, "path"), "{{path}}")]),
            Panel("Answers of WeChat", "reqps", [(rate(f"{_CALL}_count", "errcode"), "{{errcode}}")]),
            Panel(
                "Events that WeChat pushed",
                "short",
                [
                    ("community_wechat_events_open", "{{state}}"),
                    ("community_oldest_wechat_event_seconds", "oldest, in seconds"),
                ],
            ),
        ),
    ),
    Dashboard(
        "community-servers",
        "Community · PostgreSQL, Redis, jobs, processes",
        (
            Panel(
                "Connections to PostgreSQL",
                "short",
                [
                    ("community_database_connections", "{{state}}"),
                    ("community_database_connections_limit", "limit"),
                ],
            ),
            Panel("Connections in the pools", "short", [("community_pool_connections", "{{process}} {{state}}")]),
            Panel(
                "Waits for a connection",
                "s",
                [
                    (quantile(0.95, "community_pool_wait_seconds"), "95%"),
                    ("sum(rate(community_pool_timeouts_total[5m]))", "given up a second"),
                ],
            ),
            Panel(
                "Slow statements",
                "reqps",
                [("sum(rate(community_slow_statements_total[5m]))", "above SLOW_STATEMENT_MS")],
            ),
            Panel(
                "Oldest transaction; size of the database",
                "s",
                [
                    ("community_oldest_transaction_seconds", "oldest transaction"),
                    ("community_database_bytes / 1e9", "GB"),
                ],
            ),
            Panel("Redis, 99%", "s", [(quantile(0.99, _REDIS, "command"), "{{command}}")]),
            Panel(
                "Memory",
                "bytes",
                [("community_process_memory_bytes", "{{process}}"), ("community_redis_bytes", "redis")],
            ),
            Panel("Processes", "short", [("community_reporting_processes", "{{process}}")]),
            Panel(
                "Jobs that wait",
                "short",
                [
                    ("community_jobs_waiting", "{{queue}}"),
                    ("community_oldest_job_seconds", "{{queue}}, oldest in seconds"),
                ],
            ),
            Panel("Jobs, 95%", "s", [(highest(quantile(0.95, _JOB, "job")), "{{job}}")]),
            Panel(
                "Jobs that failed",
                "reqps",
                [
                    (rate(f"{_JOB}_count", "job", 'outcome="failed"'), "{{job}}"),
                    ("community_jobs_failed", "{{queue}}, kept"),
                ],
            ),
            Panel(
                "Time of jobs in PostgreSQL, 95%",
                "s",
                [(highest(quantile(0.95, _DATABASE, "name", _OF_JOBS)), "{{name}}")],
            ),
        ),
    ),
)


def rendered(dashboard: Dashboard) -> str:
    """A dashboard as Grafana imports it; it asks for the Prometheus to read."""
    page = {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["community"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "Asia/Shanghai",
        "templating": {
            "list": [{"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]
        },
        "panels": [_panel(place, panel) for place, panel in enumerate(dashboard.panels)],
    }
    return json.dumps(page, ensure_ascii=False, indent=1) + "\n"


def _panel(place: int, panel: Panel) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${datasource}"}
    row, column = divmod(place, COLUMNS)
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": source,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + number), "datasource": source, "expr": expression, "legendFormat": legend}
            for number, (expression, legend) in enumerate(panel.series)
        ],
    }


PAGES = {
    FOLDER / f"{dashboard.uid}.json": (lambda dashboard=dashboard: rendered(dashboard)) for dashboard in DASHBOARDS
}
