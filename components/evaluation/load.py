"""The load of a latency run: how many requests, after how much warm-up, at which concurrency."""

from dataclasses import dataclass

MOST_REQUESTS, MOST_WARM_UPS, MOST_AT_ONCE = 10_000, 100, 32
"""The last is the number of connections that boto3 keeps open to one endpoint (components/targets/target.py)."""


@dataclass(frozen=True)
class Load:
    """`requests` count at each step of the `concurrency`; before them each worker sends `warm_up` more."""

    requests: int = 100
    warm_up: int = 3
    concurrency: tuple[int, ...] = (1,)

    @property
    def fault(self) -> str | None:
        """Why no run can be made with it, None where one can."""
        steps = ", ".join(map(str, self.concurrency))
        faults = {
            f"{self.requests} requests: it must be from 1 to {MOST_REQUESTS:,}.": (
                not 1 <= self.requests <= MOST_REQUESTS
            ),
            f"{self.warm_up} warm-up requests: it must be from 0 to {MOST_WARM_UPS}.": (
                not 0 <= self.warm_up <= MOST_WARM_UPS
            ),
            "No number of requests at once is given: it takes at least one, such as 1.": not steps,
            f"Concurrency {steps}: each step must be from 1 to {MOST_AT_ONCE}.": (
                not all(1 <= step <= MOST_AT_ONCE for step in self.concurrency)
            ),
            f"Concurrency {steps}: the steps must rise, none coming twice.": (
                list(self.concurrency) != sorted(set(self.concurrency))
            ),
            f"{self.requests} requests are too few for {max(self.concurrency, default=0)} at once.": (
                max(self.concurrency, default=0) > self.requests
            ),
        }
        return next((fault for fault, holds in faults.items() if holds), None)

    def total(self, stages: int) -> int:
        """How many requests a run sends, warm-up included; `stages` are systems by clips."""
        return stages * sum(map(self.at, self.concurrency))

    def at(self, concurrency: int) -> int:
        """How many requests a stage has at that concurrency, warm-up included."""
        return self.requests + self.warm_up * concurrency
