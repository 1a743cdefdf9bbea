"""The peer that reading is measured against: a Flask handler that returns fixed bytes and touches nothing."""

import os

from flask import Flask, Response

application = Flask(__name__)
_BYTES = os.environ["BENCH_BYTES"].encode()


@application.get("/bytes")
def fixed() -> Response:
    return Response(_BYTES, mimetype="application/json")
