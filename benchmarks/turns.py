"""Product and peer that take turns, so that both meet what else runs on the machine; and what each costs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks import load, processor


@dataclass
class Turns(load.Result):
    """What one of those that take turns has shown so far, at its port."""

    port: int = 0
    connections: int = 32
    processor: Counter[str] = field(default_factory=Counter)
    """Microseconds of processor time, by program."""

    def run(self, requests: Sequence[bytes]) -> None:
        """One turn."""
        with processor.spent() as seconds:
            self.add(load.run(self.port, requests, self.connections))
        self.processor.update(processor.each_us(seconds, 1))

    def each_us(self) -> dict[str, int]:
        """Microseconds of processor time a request, by program."""
        requests = self.statuses.total()
        return {program: taken // requests for program, taken in self.processor.most_common() if taken >= requests}
