"""The import contracts hold, and each of them fails on a planted violation."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

VIOLATIONS = {
    "faces": ("miniprogram_api/http.py", "import tasks.context"),
    "faces-console": ("console/pages.py", "import miniprogram_api.http"),
    "faces-upwards": ("app/core/ids.py", "import tasks.context"),
    "app": ("app/identity/actor.py", "import app.meetings.rules.rule_set"),
    "app-home": ("app/wishes/policy.py", "import app.home.feed"),
    "app-statistics": ("app/statistics/queries.py", "import app.home.feed"),
    "app-siblings": ("app/wishes/policy.py", "import app.meetings.policy"),
    "app-noticeboard": ("app/noticeboard/guard/check.py", "import app.wishes.policy"),
    "app-moderation": ("app/moderation/subjects.py", "import app.wishes.policy"),
    "app-more-siblings": ("app/volunteering/policy.py", "import app.wishes.policy"),
    "no-http-in-domains": ("app/meetings/policy.py", "import marshmallow"),
    "no-flask-in-domains": ("app/meetings/policy.py", "import flask"),
    "no-flask-in-volunteering": ("app/volunteering/policy.py", "import flask"),
    "wechatpy": ("app/notifications/sender.py", "import wechatpy"),
    "rq": ("app/meetings/telling.py", "import rq"),
    "verifier-of-nothing": ("verifier/merkle.py", "import app.meetings.log.merkle"),
    "verifier-of-nothing-else": ("verifier/bundle.py", "import pydantic"),
    "nothing-of-the-verifier": ("app/meetings/log/bundle.py", "import verifier.bundle"),
}


def root_packages() -> list[str]:
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser["importlinter"]["root_packages"].split()


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check a tree; what it says of files that did not change since the last time is known."""
    command = [Path(sys.executable).parent / "lint-imports", "--cache-dir", folder / "cache"]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": ""}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages. What a test plants there it takes away again."""
    folder = tmp_path_factory.mktemp("tree")
    for package in root_packages():
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


@pytest.mark.parametrize("planted", VIOLATIONS)
def test_a_planted_violation_breaks_the_contract(planted: str, tree: Path):
    file, statement = VIOLATIONS[planted]
    path = tree / file
    path.write_text(path.read_text() + f"\n{statement}\n")
    checked = lint(tree)
    shutil.copy2(ROOT / file, path)
    assert checked.returncode == 1, checked.stdout
    assert "BROKEN" in checked.stdout


def test_a_domain_that_no_contract_names_breaks_the_contracts(tree: Path):
    newcomer = tree / "app" / "newcomer"
    newcomer.mkdir()
    (newcomer / "__init__.py").touch()
    checked = lint(tree)
    shutil.rmtree(newcomer)
    assert checked.returncode == 1


def test_the_contracts_hold_and_name_every_top_level_package(tree: Path):
    assert lint(tree).returncode == 0
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests", "benchmarks"} == set(root_packages())


def test_every_contract_has_a_planted_violation():
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter")
    contracts = {name.split(":")[-1] for name in parser.sections() if name.startswith("importlinter:contract:")}
    assert contracts <= set(VIOLATIONS)
