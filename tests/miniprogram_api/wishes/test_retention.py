"""Photographs go some time after nothing goes on with a wish: first the rows, then the files. PIPL 19."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.core.settings import Settings
from app.core.storage import storage
from app.moderation import pictures
from app.moderation.check_models import Picture
from app.wishes import retention
from tasks import moderation
from tasks import wishes as jobs
from tests.miniprogram_api.wishes.test_photos import fetch, photo, upload
from tests.support.wishes import Wishes
from tests.support.world import START, at

LATER = START + timedelta(days=90)
ENDED = ("returned", "withdrawn", "fulfilled", "rated")
LIVING = ("draft", "checking", "published", "claimed")


def pictured(wishes: Wishes, state: str) -> str:
    """A wish in this state, which had a photograph from the start."""
    draft, add = wishes.draft, upload

    def with_photo(*args: object, **fields: object) -> str:
        wish = draft(*args, **fields)  # type: ignore[arg-type]
        assert add(wishes, wish, photo()).status_code == 201
        return wish

    wishes.draft = with_photo  # type: ignore[method-assign]
    try:
        return wishes.in_state(state)
    finally:
        wishes.draft = draft  # type: ignore[method-assign]


def photos(wishes: Wishes, wish: str) -> int:
    return len(wishes.call(wishes.poster, "GET", f"/{wish}").json["photos"])


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Picture)) or 0


def keys() -> list[str]:
    return [key for row in db.session.execute(select(Picture.storage_key, Picture.thumbnail_key)) for key in row]


@pytest.mark.parametrize("state", ENDED)
def test_the_photographs_of_what_has_ended_go_after_their_time_and_not_before(wishes: Wishes, state: str):
    wish = pictured(wishes, state)
    with at(LATER - timedelta(seconds=1)):
        assert (jobs.forget_photos(), photos(wishes, wish)) == (0, 1)
    with at(LATER):
        assert (jobs.forget_photos(), photos(wishes, wish), rows()) == (1, 0, 0)
        assert jobs.forget_photos() == 0
        assert wishes.state(wish) == state


@pytest.mark.parametrize("state", LIVING)
def test_the_photographs_of_what_goes_on_stay(wishes: Wishes, state: str):
    wish = pictured(wishes, state)
    with at(LATER + timedelta(days=900)):
        assert jobs.forget_photos() == 0
        assert rows() == 1, wish


def test_a_wish_that_expired_loses_them_once_that_was_written_down(wishes: Wishes):
    pictured(wishes, "published")
    with at(START + timedelta(days=61)):
        assert jobs.settle() == 1
    with at(START + timedelta(days=150)):
        assert jobs.forget_photos() == 0
    with at(START + timedelta(days=151)):
        assert jobs.forget_photos() == 1


def test_the_days_count_from_the_last_change_of_the_state(wishes: Wishes):
    wish = pictured(wishes, "returned")
    with at(START + timedelta(days=60)):
        assert wishes.call(wishes.poster, "POST", f"/{wish}/withdrawal").status_code == 200
    with at(LATER):
        assert jobs.forget_photos() == 0
    with at(LATER + timedelta(days=60)):
        assert jobs.forget_photos() == 1


def test_those_of_the_report_go_with_those_of_the_wish(wishes: Wishes):
    wish = wishes.claimed()
    assert upload(wishes, wish, photo(), by=wishes.helper, path="claim/photos").status_code == 201
    assert wishes.call(wishes.helper, "POST", f"/{wish}/fulfilment", {"note": "修好了"}).status_code == 200
    with at(LATER):
        assert (jobs.forget_photos(), rows()) == (1, 0)


def test_files_stay_until_no_row_names_them_and_then_go(wishes: Wishes, settings: Settings):
    pictured(wishes, "withdrawn")
    kept = pictured(wishes, "published")
    named = keys()
    for key in named:
        grow_old(settings.data_dir / "storage" / key)
    assert moderation.sweep_files() == 0
    with at(LATER):
        jobs.forget_photos()
        assert all(storage().exists(key) for key in named), "a file is never gone before its row"
        assert moderation.sweep_files() == 2
        assert [storage().exists(key) for key in named].count(True) == 2
        assert moderation.sweep_files() == 0
    shown = wishes.call(wishes.poster, "GET", f"/{kept}").json["photos"]
    assert fetch(wishes, shown[0]["url"]).status_code == 200


def test_a_run_that_dies_half_way_is_finished_by_the_next(wishes: Wishes, monkeypatch: pytest.MonkeyPatch):
    for _ in range(3):
        pictured(wishes, "withdrawn")
    forget, done = pictures.forget, iter((True, False))
    monkeypatch.setattr(retention, "AT_ONCE", 1)

    def dying(*args: object) -> None:
        if not next(done, False):
            raise KeyboardInterrupt
        forget(*args)  # type: ignore[arg-type]

    with at(LATER):
        with monkeypatch.context() as dead:
            dead.setattr(pictures, "forget", dying)
            with pytest.raises(KeyboardInterrupt):
                jobs.forget_photos()
        assert rows() == 3, "what was begun was rolled back"
        assert (jobs.forget_photos(), rows()) == (3, 0)


def grow_old(path: Path) -> None:
    two_days_ago = time.time() - 2 * 86400
    os.utime(path, (two_days_ago, two_days_ago))
