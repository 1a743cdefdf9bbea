"""What is counted of people's acts and of the work behind them. Labels are codes, never anybody's."""

from app.core import queueing, tracing
from app.core.metrics import Counter, Histogram

JOBS = Histogram(
    "community_job_seconds",
    "How long jobs took, by name and how they ended",
    ("job", "outcome"),
    (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300),
)
BALLOTS = Counter(
    "community_ballots", "Ballots by channel: accepted, or the code of the refusal", ("channel", "outcome")
)
SIGN_INS = Counter("community_sign_ins", "Sign-ins by face: accepted, or the code of the refusal", ("face", "outcome"))
CHECKS = Counter("community_content_checks", "Verdicts on texts and pictures by WeChat", ("verdict",))
REDIS = Histogram(
    "community_redis_seconds",
    "How long commands to Redis took that wait for nothing else, by command",
    ("command",),
    (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5),
)


def _tell_of_redis(command: str, seconds: float) -> None:
    REDIS.observe(seconds, command)
    tracing.call("redis", command, seconds)


queueing.tell_of_commands.append(_tell_of_redis)
