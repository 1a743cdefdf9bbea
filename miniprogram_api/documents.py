"""What every operation may answer and take beside its own, said in its documents: nothing is left to a "default"."""

import re
from threading import Lock
from typing import Any

import flask_smorest
from flask import Flask, Response

from app.core.errors import TooManyRequests, Unavailable
from app.identity import repeats
from miniprogram_api.errors import HTTP_ERRORS
from miniprogram_api.repeats import KEY, REPEATED

_ARGUMENT = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
_SAFE = {"get", "head"}
_OF_A_BODY = (400, 413, 415)
_WAITED_FOR = (TooManyRequests.status, Unavailable.status)
_RETRY_AFTER = {
    "schema": {"type": "integer"},
    "description": "Seconds after which the same may well succeed; missing where waiting does not help",
}
_KEY_REFUSALS = (repeats.RepeatKeyInvalid, repeats.RepeatKeyReused, repeats.RequestUnderWay)
_KEY_PARAMETER = {
    "in": "header",
    "name": KEY,
    "required": False,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    "description": "Drawn by the client for each act. Sent again with the same key and content, within a day, the act "
    f"is not done again: the answer is that of the first time, with `{REPEATED}: true`.",
}


class Api(flask_smorest.Api):  # type: ignore[misc]
    """As flask-smorest's, but the documents are made when they are first asked for: a process that serves has no use
    for them, and they take as long to make as all routes.
    """

    def __init__(self, application: Flask) -> None:
        self._undocumented: list[flask_smorest.Blueprint] = []
        self._documenting = Lock()
        super().__init__(application)

    def register_blueprint(self, blp: flask_smorest.Blueprint, **options: Any) -> None:
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._undocumented.append(blp)

    def _openapi_json(self) -> Response:
        with self._documenting:
            if self._undocumented:
                self._document()
        answer: Response = super()._openapi_json()
        return answer

    def _document(self) -> None:
        for blp in self._undocumented:
            blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
            self.spec.tag({"name": blp.name, "description": blp.description})
        _complete_all(self._app, self)
        self._undocumented.clear()


def _complete_all(application: Flask, api: Api) -> None:
    """Add what is common to the operations of the documents, once all blueprints are registered."""
    endpoints = {
        (_ARGUMENT.sub(r"{\1}", rule.rule), method.lower()): rule.endpoint
        for rule in application.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for path, operations in api.spec._paths.items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            view = application.view_functions[endpoints[path, method]]
            _complete(operation, path, method, guarded=getattr(view, "answers_once", False))


def _complete(operation: dict[str, Any], path: str, method: str, *, guarded: bool) -> None:
    responses = operation["responses"]
    responses.pop("default", None)
    _add(responses, Unavailable.status, Unavailable.code, Unavailable.message)
    if "{" in path:
        _add(responses, 404, *HTTP_ERRORS[404])
    if "requestBody" in operation or method not in _SAFE:
        for status in _OF_A_BODY:
            _add(responses, status, *HTTP_ERRORS[status])
    if guarded and method not in _SAFE:
        _add(responses, TooManyRequests.status, TooManyRequests.code, TooManyRequests.message)
    if guarded and method == "post":
        operation.setdefault("parameters", []).append(_KEY_PARAMETER)
        for error in _KEY_REFUSALS:
            _add(responses, error.status, error.code, error.message)


def _add(responses: dict[str, Any], status: int, code: str, message: str) -> None:
    """Add an error to the answers of a status; one that refers to a common answer is written out first."""
    found = responses.setdefault(str(status), {})
    response: dict[str, Any] = {"description": "", "content": {}} if "$ref" in found or not found else found
    responses[str(status)] = response
    if status in _WAITED_FOR:
        response.setdefault("headers", {})["Retry-After"] = _RETRY_AFTER
    content = response.setdefault("content", {}).setdefault("application/json", {})
    content.setdefault("schema", {"$ref": "#/components/schemas/Error"})
    error = {"error": {"code": code, "message": message, "details": {}, "request_id": "…"}}
    content.setdefault("examples", {})[code] = {"value": error}
    if f"`{code}`" not in response["description"]:
        response["description"] += ("; " if response["description"] else "") + f"`{code}`"
