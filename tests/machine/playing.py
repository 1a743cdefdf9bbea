"""Letting hypothesis play a state machine on the application.

MACHINE_TIMES says how many times as many plays (`make stress-machines` has ten times as many).
"""

import os
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

TIMES = int(os.environ.get("MACHINE_TIMES", "1"))


def run(machine: type[RuleBasedStateMachine], app: Flask, examples: int, steps: int = 30) -> None:
    """Play the machine on the application, without shrinking: a failing play is told as it was."""
    facts: dict[str, Any] = {"application": app}
    run_state_machine_as_test(
        type(machine.__name__, (machine,), facts),
        settings=settings(
            max_examples=examples * TIMES,
            stateful_step_count=steps,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
