"""Loss and VI over training time as a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

SMOOTHING = 15
"""Log lines that the drawn loss is averaged over."""

BOOKKEEPING = ("step", "seconds", "rate", "loss")
"""Keys of a log line that are no part of the loss."""


def read_lines(path: Path) -> list[dict[str, Any]]:
    """A JSON Lines file; nothing where it is absent."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def draw_curves(run: Path, picture: Path) -> None:
    """Draws `log.jsonl` and `validation.jsonl` of a run's folder."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    losses = [line for line in read_lines(run / "log.jsonl") if "loss" in line]
    validation = read_lines(run / "validation.jsonl")
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), constrained_layout=True)
    minutes = np.array([line["seconds"] for line in losses]) / 60
    window = np.ones(min(SMOOTHING, max(len(losses), 1)))
    for key in [name for name in (losses[0] if losses else {}) if name not in BOOKKEEPING]:
        values = np.array([line[key] for line in losses])
        smooth = np.convolve(values, window / window.size, mode="valid")
        left.plot(minutes[-smooth.size :], smooth, label=key.replace("_", " "))
    left.set(xlabel="minutes of training", ylabel="loss")
    left.legend(frameon=False)
    for volume in sorted({line["volume"] for line in validation}):
        rows = sorted((line for line in validation if line["volume"] == volume), key=lambda line: line["seconds"])
        at = [row["seconds"] / 60 for row in rows]
        right.plot(at, [row["voi"] for row in rows], marker="o", label=f"{volume}, VI")
        right.plot(at, [row["are"] for row in rows], marker=".", linestyle="--", label=f"{volume}, adapted Rand error")
    right.set(xlabel="minutes of training", ylabel="bits; error", ylim=(0, None))
    if validation:
        right.legend(frameon=False)
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, dpi=110)
    plt.close(figure)
