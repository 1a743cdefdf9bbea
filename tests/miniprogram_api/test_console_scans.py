"""A phone looks at the code that a console shows, lets the browser in or refuses it."""

from app.core.db import db
from app.identity.console import scanning
from tests.support.answers import code
from tests.support.world import World

BROWSER = "Windows 上的 Chrome"


def scan() -> str:
    """The address of a code that a browser shows."""
    begun = scanning.begin(BROWSER)
    db.session.commit()
    return f"/console-scans/{begun.scene}"


def test_a_phone_sees_the_browser_and_lets_it_in_once(world: World):
    path, api = scan(), world.api(world.secretary)
    seen = api("GET", path).json
    assert (seen["browser"], seen["state"]) == (BROWSER, "waiting")
    assert api("POST", f"{path}/confirmation").json["state"] == "confirmed"
    assert api("POST", f"{path}/confirmation").json["state"] == "confirmed"
    assert code(world.api(world.supervisor)("POST", f"{path}/confirmation")) == (409, "scan_ended")
    assert api("GET", path).json["state"] == "confirmed"


def test_a_browser_that_was_refused_is_never_let_in(world: World):
    path, api = scan(), world.api(world.secretary)
    assert api("POST", f"{path}/rejection").json["state"] == "rejected"
    assert code(api("POST", f"{path}/confirmation")) == (409, "scan_ended")
    assert api("GET", path).json["state"] == "rejected"


def test_a_code_that_nobody_shows_is_not_found(world: World):
    for method, act in (("GET", ""), ("POST", "/confirmation"), ("POST", "/rejection")):
        assert code(world.api(world.secretary)(method, f"/console-scans/unknown{act}")) == (404, "not_found")
    assert world.api()("GET", scan()).status_code == 401
