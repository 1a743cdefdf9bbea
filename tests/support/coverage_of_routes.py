"""Which routes the tests have called, gathered over all workers of a run."""

import os
from pathlib import Path

from flask import Flask, Response, request

from tests.structure.test_routes import UNDOCUMENTED


def _folder() -> Path:
    folder = Path(os.environ["TEST_DATA_DIR"]) / "routes"
    folder.mkdir(exist_ok=True)
    return folder


def watch(application: Flask, worker_id: str) -> None:
    """Note every route that answers with success."""
    endpoints = {rule.endpoint for rule in application.url_map.iter_rules()} - UNDOCUMENTED
    (_folder() / "all").write_text("\n".join(sorted(endpoints)))
    seen: set[str] = set()

    @application.after_request
    def note(response: Response) -> Response:
        if request.endpoint and response.status_code < 400 and request.endpoint not in seen:
            seen.add(request.endpoint)
            (_folder() / f"called-{worker_id}").write_text("\n".join(sorted(seen)))
        return response


def untested() -> list[str]:
    """The routes that no test has called with success."""
    every = set((_folder() / "all").read_text().split())
    called = {line for file in _folder().glob("called-*") for line in file.read_text().split()}
    return sorted(every - called)
