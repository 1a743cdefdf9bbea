"""The import contracts hold, and each of them fails on a planted violation."""

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

VIOLATIONS = {  # by the id of the contract that each breaks, and what tells it from others
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
    "no-flask-in-domains-either": ("app/volunteering/policy.py", "import flask"),
    "wechatpy": ("app/notifications/sender.py", "import wechatpy"),
    "rq": ("app/meetings/telling.py", "import rq"),
    "verifier-of-nothing": ("verifier/merkle.py", "import app.meetings.log.merkle"),
    "verifier-of-nothing-else": ("verifier/bundle.py", "import pydantic"),
    "nothing-of-the-verifier": ("app/meetings/log/bundle.py", "import verifier.bundle"),
}


def linter() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


def root_packages() -> list[str]:
    return linter()["importlinter"]["root_packages"].split()


def contracts() -> dict[str, str]:
    """Names of the contracts by their ids."""
    found = {title.partition("importlinter:contract:")[2]: section for title, section in linter().items()}
    return {one: section["name"] for one, section in found.items() if one}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check a tree; what it says of files that did not change since the last time is known."""
    command = [Path(sys.executable).parent / "lint-imports", "--cache-dir", folder / "cache"]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": ""}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages. What is planted there is taken away again."""
    folder = tmp_path_factory.mktemp("tree")
    for package in root_packages():
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


@pytest.fixture(scope="module")
def said(tree: Path) -> dict[str, str]:
    """What is said of each contract, by its name, when all violations are planted at once."""
    for file, statement in VIOLATIONS.values():
        with (tree / file).open("a") as module:
            module.write(f"\n{statement}\n")
    checked = lint(tree)
    for file, _ in VIOLATIONS.values():
        shutil.copy2(ROOT / file, tree / file)
    assert checked.returncode == 1, checked.stdout
    _, *broken = re.split("^(.+)\n-+$", checked.stdout.partition("Broken contracts")[2], flags=re.MULTILINE)
    return dict(zip(broken[::2], broken[1::2], strict=True))


@pytest.mark.parametrize("planted", VIOLATIONS)
def test_a_planted_violation_breaks_the_contract(planted: str, said: dict[str, str]):
    file, statement = VIOLATIONS[planted]
    contract = max((one for one in contracts() if planted.startswith(one)), key=len)
    importing = f"{file.removesuffix('.py').replace('/', '.')} -> {statement.removeprefix('import ')}"
    by_itself = rf"^- +{re.escape(importing)} \(l\.\d+\)\n\s*\n"  # not as a part of another violation
    assert re.search(by_itself, said[contracts()[contract]], re.MULTILINE)


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
    assert {one for one in contracts() if any(planted.startswith(one) for planted in VIOLATIONS)} == set(contracts())
