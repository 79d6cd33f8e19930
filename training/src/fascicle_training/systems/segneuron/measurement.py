"""What weights were measured to be worth, as a JSON file from which packages, cards and pages are made.

Values (beta, thresholds, restriction) are chosen on the half of low x of every volume and judged on the other half;
what the whole scores stands beside. A file that is there is gone on with, volume by volume, if it is of the same
weights and sweep.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ...evaluation.program_sweep import Sweep
from ...export.onnx_file import sha256_of
from ...optimisation.checkpoint import load_checkpoint
from .config import SegNeuronRunConfig, ValidationConfig
from .evaluation import Scope, entries_of, evaluate_weights
from .network import SegNeuronNetwork, parameter_count
from .trainer import CHECKPOINT

Row = dict[str, Any]
WAY = ("method", "restricted", "agglomeration")
"""Keys of a row that say how it was segmented, apart from its values."""
TIE = 0.01
"""Bits. What differs by no more in half a volume is chance."""


def measure(
    config: SegNeuronRunConfig, weights: Path, data: Path, sweep: Sweep, scope: Scope, file: Path | None = None
) -> dict[str, Any]:
    """Scores what `file` does not hold yet, writes it after every volume, and returns all of it."""
    head = {
        "weights": facts_of_weights(config, weights),
        "sweep": json.loads(json.dumps(asdict(sweep))),
        "whole": scope.whole,
        "blending": scope.blending,
        "symmetries": scope.symmetries,
    }
    found = json.loads(file.read_text()) if file and file.exists() else {**head, "volumes": []}
    if any(found.get(key) != head[key] for key in head):
        raise ValueError(f"{file} is of other weights, or of another sweep: name another file, or remove it")
    for entry in entries_of(config, scope):
        if any(volume["name"] == entry.name for volume in found["volumes"]):
            continue
        for scored in evaluate_weights(config, weights, data, sweep, replace(scope, only=entry.name)):
            volume = {
                "name": entry.name,
                "title": _title(entry, scope.whole),
                "target": entry.target,
                "shape": list(scored.shape),
                "zoom": entry.zoom,
                "prediction_seconds": round(scored.prediction_seconds, 1),
                "bfloat16": scope.bfloat16,
                "rows": [row.row() for row in scored.rows],
            }
            found["volumes"].append(volume)
            if file:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps(found, indent=1) + "\n")
    return found


def _title(entry: ValidationConfig, whole: bool) -> str:
    title = entry.title or entry.name
    return title if whole else "{}, {} x {} pixels".format(title, *entry.window)


def facts_of_weights(config: SegNeuronRunConfig, weights: Path) -> dict[str, Any]:
    """Where weights come from: hash, steps and seconds of both stages, seed, size of the network."""
    state = load_checkpoint(weights)
    earlier = state.get("earlier", {"steps": 0, "seconds": 0.0})
    # The checkpoint of a stage lies in the stage's folder, a snapshot one deeper.
    pretraining = next(
        (path for up in weights.parents[:3] if (path := up / "pretraining" / CHECKPOINT).exists()),
        None,
    )
    before = load_checkpoint(pretraining) if pretraining and config.finetuning.pretrained else None
    return {
        "sha256": sha256_of(weights),
        "seed": config.seed,
        "widths": list(config.network.widths),
        "parameters": parameter_count(SegNeuronNetwork(config.network)),
        "steps": int(state["step"]) + earlier["steps"],
        "seconds": round(float(state["elapsed"]) + earlier["seconds"], 1),
        "pretraining_steps": 0 if before is None else int(before["step"]),
        "pretraining_seconds": 0.0 if before is None else round(float(before["elapsed"]), 1),
    }


def chosen_rows(rows: Sequence[Row]) -> list[Row]:
    """Of every way to segment the row whose values are best on the half for choosing; the best of these first.

    Rows whose VI differs by no more than `TIE` are alike, and the one of the lowest adapted Rand error is the best.
    """
    ways: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        ways.setdefault(tuple(row[key] for key in WAY), []).append(row)
    chosen = sorted(map(_best, ways.values()), key=choosing_voi)
    first = _best(chosen)
    return [first, *(row for row in chosen if row is not first)]


def _best(rows: Sequence[Row]) -> Row:
    least = min(map(choosing_voi, rows))
    alike = [row for row in rows if choosing_voi(row) <= least + TIE]
    return min(alike, key=lambda row: ((row["choosing"] or row)["are"], choosing_voi(row)))


def choosing_voi(row: Row) -> float:
    """VI on the half for choosing; of the whole where that half has no truth."""
    return float((row["choosing"] or row)["voi"])
