"""People of the made city who ask for what is hot."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from flask import Flask

from benchmarks import hot_paths


@contextmanager
def drawn(city: Flask, what: str, number: int) -> Iterator[Sequence[hot_paths.Request]]:
    """At most so many requests of a path; what they change is taken back."""
    with psycopg.connect(city.config["SETTINGS"].libpq_url) as connection, hot_paths.taken_back(connection):
        requests = hot_paths.requests(connection, what, number)
        connection.commit()
        assert requests, "the city is too small"
        yield requests


def answered(city: Flask, one: hot_paths.Request) -> Any:
    """The answer, which is the one that is wanted."""
    headers = {"Authorization": f"Bearer {one.token}"}
    client = city.test_client()
    answer = (
        client.get(one.path, headers=headers)
        if one.body is None
        else client.post(one.path, headers=headers, json=one.body)
    )
    assert answer.status_code == one.status, answer.text
    return answer
