"""The header Idempotency-Key: what a phone sends again is answered again, and done once (app/identity/repeats.py)."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, request

from app.identity import repeats
from app.identity.actor import Actor

KEY = "Idempotency-Key"
REPEATED = "Idempotent-Replayed"
_CHUNK = 1 << 16


def answered_once(actor: Actor, view: Callable[[], Any]) -> Any:
    """The answer of the view, or, for a key that was answered before, that answer."""
    key = request.headers.get(KEY)
    if key is None:
        return view()
    made: list[Response] = []

    def act() -> repeats.Answer:
        made.append(current_app.make_response(view()))
        return repeats.Answer(made[0].status_code, made[0].get_data(as_text=True))

    answer = repeats.once(actor, key, _asked(), act)
    if not answer.repeated:
        return made[0]
    response = Response(answer.body, answer.status, mimetype="application/json" if answer.body else None)
    response.headers[REPEATED] = "true"
    return response


def _asked() -> bytes:
    """Hash over what is asked for. A form is read, since a phone that sends it again draws another boundary."""
    asked = hashlib.sha256(f"{request.method} {request.full_path}\x00".encode())
    if request.mimetype != "multipart/form-data":
        asked.update(request.get_data(cache=True))
        return asked.digest()
    for name, value in sorted(request.form.items(multi=True)):
        asked.update(f"{len(name)}:{name}={len(value)}:{value}\x00".encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda one: one[0]):
        asked.update(f"{len(name)}:{name}@{file.filename}\x00".encode())
        content = hashlib.sha256()
        while chunk := file.stream.read(_CHUNK):
            content.update(chunk)
        file.stream.seek(0)
        asked.update(content.digest())
    return asked.digest()
