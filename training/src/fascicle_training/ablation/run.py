"""Runs a comparison: trains, predicts, segments with the program, and keeps rows of scores that a table is made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..evaluation.program_sweep import Sweep, best_rows, sweep_with_program
from ..evaluation.segmentation import quantise
from ..systems.segneuron.config import ValidationConfig
from ..systems.segneuron.validation import Window, load_window
from .plan import AS_PUBLISHED, Plan
from .train import UNET, Trained, folder_name, train_segneuron, train_unet

ROWS = "rows.json"


@dataclass(frozen=True)
class Scoring:
    """What rows depend on, beside what a network was trained on; rows of another scoring are made again."""

    sweep: Sweep
    validation: tuple[ValidationConfig, ...]
    blending: float | None = None
    """See Plan."""
    steps: int | None = None
    """That the network was to train for; one with fewer goes on before it is scored."""
    seconds: float | None = None
    """The same by the clock."""


def run_seeds(plan: Plan, data: Path, folder: Path, networks: Collection[str] | None = None) -> list[dict[str, Any]]:
    """All rows of all seeds of a plan, each with its seed; goes on as `run_plan` does."""
    return [{"seed": seed, **row} for seed, one, own in plan.runs(folder) for row in run_plan(one, data, own, networks)]


def gather_seeds(plan: Plan, folder: Path) -> list[dict[str, Any]]:
    """As `run_seeds`, of what is there so far."""
    return [{"seed": seed, **row} for seed, one, own in plan.runs(folder) for row in gather_rows(one, own)]


def run_plan(plan: Plan, data: Path, folder: Path, networks: Collection[str] | None = None) -> list[dict[str, Any]]:
    """All rows; what is trained is not trained again, what was scored in this way not scored again.

    A network goes on where the plan has become longer since. `networks` names those to train and score, all where
    None; rows of the others are those that are there. Networks may be trained by a process each in one folder, as long
    as no two of them share a pretraining. A name that the plan has not is a ValueError.
    """
    names = _names(plan)
    if unknown := sorted(set(networks or ()) - set(names)):
        raise ValueError(f"no network {', '.join(unknown)} in this plan; it has {', '.join(names)}")
    wanted = names if networks is None else [name for name in names if name in networks]
    # The U-Net gets the reference's seconds, so the reference comes first.
    for name in sorted(wanted, key=lambda name: (name == UNET, name != plan.reference)):
        if name == UNET:
            _score_unet(plan, data, folder)
        else:
            _score_variant(plan, name, data, folder)
    rows = gather_rows(plan, folder)
    (folder / ROWS).write_text(json.dumps(rows, indent=1) + "\n")
    return rows


def _names(plan: Plan) -> list[str]:
    return [*plan.variants, *([UNET] if plan.unet is not None else [])]


def _score_variant(plan: Plan, name: str, data: Path, folder: Path) -> None:
    config = plan.variants[name]
    sweep = plan.sweep if name == plan.reference else replace(plan.sweep, **AS_PUBLISHED)
    length = config.finetuning
    scoring = Scoring(sweep, config.validation, plan.blending, length.steps, length.seconds)
    _score_once(name, scoring, data, folder, lambda: train_segneuron(config, data, folder, name, plan.blending))


def _score_unet(plan: Plan, data: Path, folder: Path) -> None:
    reference = plan.variants[plan.reference]
    seconds = _reference_seconds(plan, folder)
    # Its recipe knows no zoom: it is trained and run on the pixels of the volumes.
    entries = tuple(replace(entry, zoom=1.0) for entry in reference.validation)
    scoring = Scoring(plan.sweep, entries, seconds=seconds)
    _score_once(UNET, scoring, data, folder, lambda: train_unet(plan.unet or {}, reference, data, folder, seconds))


def _score_once(name: str, scoring: Scoring, data: Path, folder: Path, train: Callable[[], Trained]) -> None:
    own = folder / folder_name(name)
    if read_rows(own, scoring) is not None:
        return
    print(f"training and scoring: {name}", flush=True)
    trained = train()
    score(name, trained, [load_window(entry, data) for entry in scoring.validation], scoring, own)


def _reference_seconds(plan: Plan, folder: Path) -> float:
    """Seconds that the reference trains for: the plan's where it goes by the clock alone, else those that it took."""
    config = plan.variants[plan.reference]
    stages = [config.finetuning, *([config.pretraining] if config.finetuning.pretrained else [])]
    planned = [stage.seconds for stage in stages if stage.seconds is not None and stage.steps is None]
    if len(planned) == len(stages):
        return sum(planned)
    rows = read_rows(folder / folder_name(plan.reference))
    if rows is None:
        raise ValueError(
            f"{UNET} trains for as long as {plan.reference} took, which is not trained yet: train that first"
        )
    return float(rows[0]["training_seconds"])


def score(
    name: str,
    trained: Trained,
    windows: Sequence[Window],
    scoring: Scoring,
    folder: Path,
) -> list[dict[str, Any]]:
    """The best row per window and way to segment, as plain values; kept in the network's folder."""
    rows = []
    for window in windows:
        probability = quantise(np.clip(trained.predict(window), 0.0, 1.0))
        for row in best_rows(sweep_with_program(probability, window.truth, scoring.sweep)):
            training = {"steps": trained.steps, "training_seconds": round(trained.seconds, 1)}
            rows.append({"variant": name, **training, "volume": window.name, **row.row()})
            print(json.dumps(rows[-1]), flush=True)
    (folder / ROWS).write_text(json.dumps({**_plain(scoring), "rows": rows}, indent=1) + "\n")
    return rows


def read_rows(folder: Path, scoring: Scoring | None = None) -> list[dict[str, Any]] | None:
    """The rows of a network; None where there are none yet, or none of this scoring.

    Without a scoring rows of any are taken, as long as they are of this version.
    """
    path = folder / ROWS
    if not path.exists():
        return None
    found = json.loads(path.read_text())
    rows = found.pop("rows")
    if scoring is None:
        # Rows of a version that tried other things lack what tables name.
        return rows if found["sweep"].keys() == _plain(Sweep()).keys() else None
    return rows if found == _plain(scoring) else None


def _plain(values: Scoring | Sweep) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(values)))


def gather_rows(plan: Plan, folder: Path) -> list[dict[str, Any]]:
    """What is there so far, in the order of the plan."""
    return [row for name in _names(plan) for row in read_rows(folder / folder_name(name)) or []]
