"""A learning rate that depends on the time spent, so that a run ends when it must, however busy the machine is."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class TimedCosine:
    """Linear warm-up, then cosine decay to zero, over `budget_seconds` of training time."""

    peak: float
    budget_seconds: float
    warmup_seconds: float

    def rate(self, elapsed_seconds: float) -> float:
        """Learning rate after so many seconds of training, summed over resumed runs."""
        if elapsed_seconds < self.warmup_seconds:
            return self.peak * max(elapsed_seconds / self.warmup_seconds, 0.01)
        span = max(self.budget_seconds - self.warmup_seconds, 1e-9)
        progress = min((elapsed_seconds - self.warmup_seconds) / span, 1.0)
        return 0.5 * self.peak * (1.0 + math.cos(math.pi * progress))
