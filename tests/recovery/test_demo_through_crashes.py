"""The demonstration, small, with every program killed in the midst of it. The full sizes are `make demo-recovery`."""

import pytest

from launcher.demo.recovery import TOGETHER
from launcher.demo.rehearsal import rehearse

UNITS = 60


@pytest.mark.timeout(300)
def test_no_ballot_and_no_message_is_lost_when_programs_are_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_WORKERS", "1")  # each would be loaded again after the kill
    outcome = rehearse(TOGETHER, UNITS)
    assert outcome.problems == []
    assert outcome.exit_code == 0
    assert outcome.summary["counted"] == len(set(outcome.summary["receipts"])) == 43
    assert outcome.summary["retries"] > 0, "the kills were felt"
    assert outcome.ledger is not None
    assert outcome.ledger.messages == outcome.ledger.expected_messages == 4 * UNITS + 43
