"""A learning rate that falls with a power of the share of training that is left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PolynomialDecay:
    """From `first` to `last`."""

    first: float
    last: float
    power: float

    def rate(self, progress: float) -> float:
        """Learning rate after a share of training in 0..1; constant beyond."""
        return self.last + (self.first - self.last) * (1.0 - min(max(progress, 0.0), 1.0)) ** self.power
