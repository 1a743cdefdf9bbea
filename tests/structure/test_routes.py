"""Every route is documented, authenticates or is on the short public list; every route is used by a test.

The last is checked at the end of a whole run, by tests/conftest.py.
"""

import json
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

PUBLIC = {
    "identity.sign_in",
    "notifications.list_templates",
    "log_keys.list_log_keys",
    "pictures.get_picture",
    "certificate_checks.check_certificate",
    "calendars.read_calendar",
}
UNDOCUMENTED = {
    "static",
    "health.healthz",
    "health.readyz",
    "metrics.metrics",
    "wechat_events.check",
    "wechat_events.receive",
    "api-docs.openapi_json",
    "swagger_ui.show",
}


@pytest.fixture(scope="module")
def specification(application: Flask) -> dict[str, Any]:
    answer = application.test_client().get("/openapi.json")
    found: dict[str, Any] = json.loads(answer.text)
    return found


def operations(specification: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in specification["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]


def documented_rules(application: Flask) -> list[Any]:
    return [rule for rule in application.url_map.iter_rules() if rule.endpoint not in UNDOCUMENTED]


def test_the_specification_is_valid_openapi(specification: dict[str, Any]):
    validate(specification)


def test_every_route_authenticates_or_is_public(application: Flask):
    open_routes = {
        rule.endpoint
        for rule in documented_rules(application)
        if not getattr(application.view_functions[rule.endpoint], "authenticates", False)
    }
    assert open_routes == PUBLIC


def test_every_route_stands_in_the_specification(application: Flask, specification: dict[str, Any]):
    assert len(documented_rules(application)) == len(operations(specification))


def test_every_operation_has_a_summary_and_documents_its_refusals(specification: dict[str, Any]):
    for name, operation in operations(specification):
        assert operation.get("summary"), name
        refusals = [status for status in operation["responses"] if status.startswith("4")]
        if operation.get("security") or "requestBody" in operation:
            assert refusals, name
        for status in refusals:
            content = operation["responses"][status].get("content", {}).get("application/json", {})
            assert content.get("examples") or "$ref" in operation["responses"][status] or content, name


def test_every_field_has_an_example(specification: dict[str, Any]):
    for name, schema in specification["components"]["schemas"].items():
        if name in {"Error", "PaginationMetadata"}:
            continue
        for field, about in schema.get("properties", {}).items():
            nested = "$ref" in json.dumps(about)
            upload = about.get("format") == "binary"
            listed = about.get("type") == "array" and "example" in json.dumps(about)
            assert nested or upload or listed or "example" in about, f"{name}.{field}"


def test_the_documents_are_browsable_offline(application: Flask):
    page = application.test_client().get("/docs/")
    assert page.status_code == 200
    assert "//cdn" not in page.text
    assert "https://unpkg" not in page.text
