"""Runs a comparison: trains, predicts, segments with the program, and keeps rows of scores that a table is made of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..evaluation.program_sweep import MULTICUT, Sweep, best_rows, sweep_with_program
from ..evaluation.segmentation import quantise
from ..systems.segneuron.validation import Window, load_window
from .plan import Plan
from .train import UNET, Predict, folder_name, train_segneuron, train_unet

ROWS = "rows.json"


def run_plan(plan: Plan, data: Path, folder: Path) -> list[dict[str, Any]]:
    """All rows; a network whose rows are in its folder is neither trained nor scored again."""
    # The U-Net gets the reference's seconds, so the reference comes first.
    order = sorted(plan.variants, key=lambda name: name != plan.reference)
    seconds = 0.0
    rows: list[dict[str, Any]] = []
    for name in order:
        config = plan.variants[name]
        found = read_rows(folder / folder_name(name))
        if found is None:
            print(f"training: {name}", flush=True)
            predict, took = train_segneuron(config, data, folder, name)
            windows = [load_window(entry, data) for entry in config.validation]
            sweep = plan.sweep if name == plan.reference else replace(plan.sweep, **_AS_PUBLISHED)
            found = score(name, predict, windows, sweep, config.finetuning.steps, took, folder / folder_name(name))
        if name == plan.reference:
            seconds = found[0]["training_seconds"]
        rows += found
    if plan.unet is not None:
        rows += _unet_rows(plan, data, folder, seconds)
    (folder / ROWS).write_text(json.dumps(rows, indent=1) + "\n")
    return rows


_AS_PUBLISHED: dict[str, Any] = {"restricted": (True,), "agglomerations": (MULTICUT,)}


def _unet_rows(plan: Plan, data: Path, folder: Path, seconds: float) -> list[dict[str, Any]]:
    own = folder / folder_name(UNET)
    found = read_rows(own)
    if found is not None:
        return found
    print(f"training: {UNET}", flush=True)
    reference = plan.variants[plan.reference]
    predict, took = train_unet(plan.unet or {}, reference, data, folder, seconds)
    windows = [load_window(entry, data) for entry in reference.validation]
    return score(UNET, predict, windows, plan.sweep, None, took, own)


def score(
    name: str,
    predict: Predict,
    windows: Sequence[Window],
    sweep: Sweep,
    steps: int | None,
    training_seconds: float,
    folder: Path,
) -> list[dict[str, Any]]:
    """The best row per window, restriction and agglomeration, as plain values; kept in the network's folder."""
    rows = []
    for window in windows:
        probability = quantise(np.clip(predict(window), 0.0, 1.0))
        for row in best_rows(sweep_with_program(probability, window.truth, sweep)):
            trained = {"variant": name, "steps": steps, "training_seconds": round(training_seconds, 1)}
            rows.append({**trained, "volume": window.name, **row.row()})
            print(json.dumps(rows[-1]), flush=True)
    (folder / ROWS).write_text(json.dumps(rows, indent=1) + "\n")
    return rows


def read_rows(folder: Path) -> list[dict[str, Any]] | None:
    """The rows of a network, or of a whole comparison; None where there are none yet."""
    path = folder / ROWS
    return json.loads(path.read_text()) if path.exists() else None


def gather_rows(plan: Plan, folder: Path) -> list[dict[str, Any]]:
    """What is there so far, in the order of the plan."""
    names = [*plan.variants, *([UNET] if plan.unet is not None else [])]
    return [row for name in names for row in read_rows(folder / folder_name(name)) or []]
