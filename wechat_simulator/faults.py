"""Faults on request: latency, error codes, dropped connections and lost replies, the same ones for the same seed."""

import random
import threading
from dataclasses import asdict, dataclass
from typing import Any

from wechat_simulator.errors import ControlError


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes wrong with calls of one path ("*": of every path).

    after, count   skip the first `after` matching calls, then strike at most `count` times (None: without end)
    probability    chance that a call is struck
    """

    path: str
    latency_ms: float = 0
    errcode: int | None = None
    probability: float = 1.0
    count: int | None = None
    after: int = 0
    drop_connection: bool = False
    lose_reply: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What befalls one call.

    drop_connection   the call is not handled and the connection breaks
    lose_reply        the call is handled and the connection breaks before the reply has arrived
    """

    latency_s: float = 0.0
    errcode: int | None = None
    drop_connection: bool = False
    lose_reply: bool = False


NO_EFFECT = Effect()


class _RunningRule:
    def __init__(self, rule: Rule, seed: str) -> None:
        self.rule = rule
        self.matched = 0
        self.struck = 0
        self._dice = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def strikes(self, path: str) -> bool:
        rule = self.rule
        if rule.path not in ("*", path):
            return False
        self.matched += 1
        drawn = self._dice.random()  # drawn for every call, so that `after` and `count` do not shift the sequence
        if self.matched <= rule.after or (rule.count is not None and self.struck >= rule.count):
            return False
        if drawn >= rule.probability:
            return False
        self.struck += 1
        return True


class Faults:
    """The rules in force. The n-th matching call meets the same fate for the same seed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seed = 0
        self._rules: list[_RunningRule] = []

    def configure(self, seed: int, rules: list[Rule]) -> None:
        """Replace all rules and start counting anew."""
        with self._lock:
            self._seed = seed
            self._rules = [_RunningRule(rule, f"{seed}:{index}") for index, rule in enumerate(rules)]

    def describe(self) -> dict[str, Any]:
        """The rules, with how many calls each has matched and struck."""
        with self._lock:
            rules = [{**asdict(r.rule), "matched": r.matched, "struck": r.struck} for r in self._rules]
            return {"seed": self._seed, "rules": rules}

    def next(self, path: str) -> Effect:
        """The effect of the rules on the next call of a path: latencies add up, the first errcode counts."""
        if not self._rules:
            return NO_EFFECT
        with self._lock:
            striking = [running.rule for running in self._rules if running.strikes(path)]
        if not striking:
            return NO_EFFECT
        return Effect(
            latency_s=sum(rule.latency_ms for rule in striking) / 1000,
            errcode=next((rule.errcode for rule in striking if rule.errcode is not None), None),
            drop_connection=any(rule.drop_connection for rule in striking),
            lose_reply=any(rule.lose_reply for rule in striking),
        )


def rule_from(entry: object) -> Rule:
    """A rule from its JSON object. ControlError 422 for an unknown key or a value out of range."""
    try:
        rule = Rule(**entry)  # type: ignore[arg-type]
        valid = (
            isinstance(rule.path, str)
            and 0 <= rule.latency_ms <= 60_000
            and 0 <= rule.probability <= 1
            and (rule.count is None or rule.count >= 0)
            and rule.after >= 0
            and (rule.errcode is None or isinstance(rule.errcode, int))
        )
    except TypeError:
        valid = False
    if not valid:
        keys = ", ".join(Rule.__dataclass_fields__)
        raise ControlError(422, f"规则有误：每条规则是一个对象，path 必填，可用的键为 {keys}。")
    return rule
