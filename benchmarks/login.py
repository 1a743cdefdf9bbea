"""How many people sign in a second, through the WeChat simulator: `make bench-login`.

Prints one JSON line. Everybody signs in twice with a code of the own phone: the first time makes the account. Beside it
stands what the simulator alone gives for the same codes (jscode2session). Simulator, server, database and load share
the cores.
"""

import argparse
import json
import os
from typing import Any
from urllib.parse import urlencode

from benchmarks import load
from benchmarks.serving import served
from benchmarks.town import Town, load_average, town

CONNECTIONS = 32
WARM_UP = 200


def main() -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4000)
    people: int = parser.parse_args().people
    with town() as place:
        place.phones(people + WARM_UP)
        with served(place.settings, "wsgi:application") as port:
            load.run(port, _sign_ins(place)[:WARM_UP], CONNECTIONS)
            first = load.run(port, _sign_ins(place)[WARM_UP:], CONNECTIONS)
            again = load.run(port, _sign_ins(place)[WARM_UP:], CONNECTIONS)
        alone = load.run(place.settings.simulator_port, _exchanges(place), CONNECTIONS)
    print(json.dumps(_figures(first, again, alone, people)))


def _codes(place: Town) -> list[str]:
    """A code of every phone."""
    asked = [load.post(f"/_sim/phones/{openid}/login-code", b"") for openid in place.openids]
    answers = load.run(place.settings.simulator_port, asked, 8, keep_bodies=True)
    return [json.loads(body)["code"] for body in answers.bodies]


def _sign_ins(place: Town) -> list[bytes]:
    return [load.post("/api/v1/auth/wechat", json.dumps({"code": code}).encode()) for code in _codes(place)]


def _exchanges(place: Town) -> list[bytes]:
    known = {"appid": place.settings.secrets["wechat_appid"], "secret": place.settings.secrets["wechat_secret"]}
    asked = [{**known, "js_code": code, "grant_type": "authorization_code"} for code in _codes(place)]
    return [load.get(f"/sns/jscode2session?{urlencode(one)}") for one in asked]


def _figures(first: load.Result, again: load.Result, alone: load.Result, people: int) -> dict[str, Any]:
    return {
        "benchmark": "login",
        "first_per_s": first.rate(201),
        "first_p99_ms": first.percentile(0.99),
        "again_per_s": again.rate(201),
        "again_p99_ms": again.percentile(0.99),
        "errors": first.others(201) + again.others(201) + alone.others(200),
        "simulator_alone_per_s": alone.rate(200),
        "ratio": round(again.rate(201) / alone.rate(200), 3),
        "people": people,
        "connections": CONNECTIONS,
        "load_average": load_average(),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    main()
