"""Every operation is sent what its documents allow and forbid, as people of two compounds.

No answer is a fault of the program, none has a status that the documents do not name, and none says the word of a
compound that the sender has nothing to do with. Here each eighth operation is sent twice; `make stress-api` sends
20,000 requests to all.
"""

import itertools
import os
from collections import Counter

import pytest

from app.core import rate_limits
from miniprogram_api import auth
from tests.support.generated_requests import OURS, THEIRS, Run, Town
from tests.support.world import World

ONLY = os.environ.get("GENERATED_ONLY", "")
"""What the operations have in their address, as "/me/"."""
REQUESTS = int(os.environ.get("GENERATED_REQUESTS", "0"))


@pytest.mark.timeout(7200 if REQUESTS else 240)
def test_no_request_breaks_the_api_or_says_what_is_anothers(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(auth, "ACTS_A_MINUTE", 1_000_000)
    monkeypatch.setattr(rate_limits, "used_up", lambda *_: False)
    run = Run(world.application, Town(world))
    operations = [one for one in run.operations() if ONLY in one.label][:: 1 if REQUESTS else 8]
    times = 2 + REQUESTS // (2 * len(operations)) if REQUESTS else 1
    for operation in operations:
        run.send(operation, times)
    for operation in itertools.cycle(operations):  # what takes nothing was sent nothing wrong
        if run.sent.total() >= REQUESTS:
            break
        run.send(operation, 5)
    print(f"{run.sent.total()} requests to {len(run.sent)} operations, answers: {sorted(run.statuses.items())}")
    assert run.faults == [], Counter(run.faults).most_common(60)
    assert len(run.sent) == len(operations)
    assert run.sent.total() >= REQUESTS
    assert ONLY or not REQUESTS or set(run.heard) == {OURS, THEIRS}  # the words do come to those who may read them
