"""A code to scan: only the browser that began it is signed in, once, while it lasts."""

from datetime import timedelta

import pytest

from app.core.errors import NotFound
from app.identity.actor import Actor
from app.identity.console import scanning, sessions
from app.identity.console.errors import NotSignedIn, ScanEnded
from app.identity.console.scanning import ScanState
from tests.support.world import START, World, at


def test_the_browser_that_began_is_signed_in_once_after_the_phone_confirmed(world: World):
    actor = Actor(world.secretary.account_id)
    begun = scanning.begin("Windows 上的 Chrome")
    assert scanning.of_browser(begun.scene, begun.secret).state is ScanState.WAITING
    with pytest.raises(NotFound):
        scanning.of_browser(begun.scene, "another browser's")
    seen = scanning.look_at(actor, begun.scene)
    assert (seen.number, seen.browser) == (begun.number, "Windows 上的 Chrome")
    assert scanning.confirm(actor, begun.scene).state is ScanState.CONFIRMED
    with pytest.raises(ScanEnded):
        scanning.sign_in(begun.scene, "another browser's")
    session = scanning.sign_in(begun.scene, begun.secret)
    assert sessions.resume(session.token).account_id == actor.account_id
    with pytest.raises(ScanEnded):
        scanning.sign_in(begun.scene, begun.secret)
    assert [one.current for one in sessions.devices(sessions.resume(session.token))] == [True]


def test_a_code_that_was_rejected_or_is_over_signs_nobody_in(world: World):
    actor = Actor(world.secretary.account_id)
    rejected, late = scanning.begin("甲"), scanning.begin("乙")
    scanning.reject(actor, rejected.scene)
    with pytest.raises(ScanEnded):
        scanning.confirm(actor, rejected.scene)
    with at(START + scanning.SCAN_LIFE + timedelta(seconds=1)), pytest.raises(ScanEnded):
        scanning.confirm(actor, late.scene)


def test_signing_out_everywhere_ends_every_browser_and_idle_ones_end_by_themselves(world: World):
    actor = Actor(world.secretary.account_id)
    first, second = (sessions.open_session(actor.account_id, name) for name in ("甲", "乙"))
    here = sessions.resume(first.token)
    other = next(one for one in sessions.devices(here) if not one.current)
    stranger = sessions.resume(sessions.open_session(world.supervisor.account_id, "丙").token)
    with pytest.raises(NotFound):
        sessions.close_device(stranger, other.id)
    sessions.close_device(here, other.id)
    with pytest.raises(NotSignedIn):
        sessions.resume(second.token)
    sessions.close_all(actor.account_id)
    with pytest.raises(NotSignedIn):
        sessions.resume(first.token)
    idle = sessions.open_session(actor.account_id, "丁")
    with at(START + timedelta(hours=11)), pytest.raises(NotSignedIn):
        sessions.resume(idle.token)
