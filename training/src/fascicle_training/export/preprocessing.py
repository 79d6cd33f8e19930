"""Preprocessing steps of a package, as the program computes them; here statistics are those of the tensor itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AXES = ["channel", "z", "y", "x"]


@dataclass(frozen=True)
class Step:
    """A step of the BioImage Model Zoo's format."""

    id: str
    kwargs: Mapping[str, Any]


WHITENING = (Step("zero_mean_unit_variance", {"axes": AXES, "eps": 1.0e-6}),)
"""Zero mean and unit deviation of the volume."""


def percentile_range(low: float, high: float) -> tuple[Step, ...]:
    """Two percentiles of the volume become 0 and 1; what lies beyond is clipped."""
    kwargs = {"axes": AXES, "min_percentile": low, "max_percentile": high, "eps": 1.0e-6}
    return (Step("scale_range", kwargs), Step("clip", {"min": 0.0, "max": 1.0}))


def preprocess(image: NDArray[np.float32], steps: Sequence[Step]) -> NDArray[np.float32]:
    """The image after all steps, float32."""
    values = image.astype(np.float64)
    for step in steps:
        if step.id == "zero_mean_unit_variance":
            values = (values - values.mean()) / (values.std() + step.kwargs["eps"])
        elif step.id == "scale_range":
            low, high = np.percentile(values, (step.kwargs["min_percentile"], step.kwargs["max_percentile"]))
            values = (values - low) / (high - low + step.kwargs["eps"])
        elif step.id == "clip":
            values = values.clip(step.kwargs["min"], step.kwargs["max"])
        else:
            raise ValueError(f"preprocessing step {step.id} is not known here")
    return values.astype(np.float32)
