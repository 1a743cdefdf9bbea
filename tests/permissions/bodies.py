"""What to send to every operation, made of the examples that the OpenAPI document gives for its fields."""

import io
import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.core.ids import new_id

FILE = b"%PDF-1.4\n"
_MENDED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "committees.leave_committee": lambda body: body | {"leaving": "removed"},
    "committees.record_self_management": lambda body: body | {"members": body["members"] * 3},
    "lots.draw_lot": lambda body: body | {"order": body["order"] + [str(new_id())]},
    "noticeboard.draft_notice": lambda body: _without(body, "nomination_id"),
    "rule_sets.adopt_rule_set": lambda body: _without(body, "data"),
}
"""Where the examples of single fields make no whole that is in order."""


class Examples:
    """The requests that the document of the API describes."""

    def __init__(self, application: Flask) -> None:
        self._application = application

    @cached_property
    def _specification(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._application.test_client().get("/openapi.json").text)
        return found

    def of(self, rule: Rule, method: str) -> dict[str, Any]:
        """Arguments for the test client: body, files and query."""
        operation = self._operation(rule, method)
        content = operation.get("requestBody", {}).get("content", {})
        asked = {
            one["name"]: self._example({**one.get("schema", {}), **one})
            for one in operation.get("parameters", [])
            if one["in"] == "query" and one.get("required")
        }
        sent: dict[str, Any] = {"query_string": asked} if asked else {}
        if "application/json" in content:
            mended = _MENDED.get(rule.endpoint, dict)
            sent["json"] = mended(self._example(content["application/json"]["schema"]))
        if "multipart/form-data" in content:
            sent["data"] = self._example(content["multipart/form-data"]["schema"])
        return sent

    def ids_in_query(self, rule: Rule, method: str) -> list[str]:
        """The parameters of the query that are ids."""
        asked = self._operation(rule, method).get("parameters", [])
        return [one["name"] for one in asked if one["in"] == "query" and one["schema"].get("format") == "uuid"]

    def _operation(self, rule: Rule, method: str) -> dict[str, Any]:
        path = self._specification["paths"][re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule)]
        found: dict[str, Any] = path[method.lower()]
        return found

    def _example(self, schema: Mapping[str, Any]) -> Any:
        if "$ref" in schema:
            return self._example(self._specification["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        if schema.get("format") == "binary":
            return io.BytesIO(FILE), "example.pdf"
        if "example" in schema:
            return schema["example"]
        for several in ("allOf", "anyOf", "oneOf"):
            if several in schema:
                return self._example(schema[several][0])
        if "properties" in schema:
            written = {name: field for name, field in schema["properties"].items() if not field.get("readOnly")}
            return {name: self._example(field) for name, field in written.items()}
        if schema.get("type") == "array":
            return [self._example(schema["items"])]
        return {}


def _without(body: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != field}
