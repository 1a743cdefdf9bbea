"""Rules of the code itself."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from commands import documents

ROOT = Path(__file__).parents[2]
JOB_NAME = re.compile(r"tasks(\.[a-z_]+)+")


def job_names() -> set[str]:
    """Every string in app/ that names a job."""
    return {
        node.value
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and JOB_NAME.fullmatch(node.value)
    }


def test_every_job_that_is_asked_for_by_name_exists():
    for name in sorted(job_names()):
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function)), name


@pytest.mark.parametrize("path", documents.PAGES, ids=lambda path: path.name)
def test_a_page_is_as_it_is_rendered_from_the_code(path: Path):
    assert path.read_text() == documents.PAGES[path](), "run `make docs`"


def test_app_loads_nothing_by_itself():
    assert (ROOT / "app" / "__init__.py").read_text() == ""


def test_services_never_commit():
    """Only the unit of work ends a transaction."""
    committing = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "app").rglob("*.py")
        if re.search(r"\.commit\(\)", path.read_text())
    ]
    assert committing == ["app/core/unit_of_work.py"]
