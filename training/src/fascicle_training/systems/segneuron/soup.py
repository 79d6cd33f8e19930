"""The mean of several runs' weights, where each run began with those of the one before.

Such runs end in one valley of the loss, and the middle of it often does better than either end, at the cost of one
network (Wortsman et al. 2022, "Model soups", arXiv:2203.05482).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from ...optimisation.checkpoint import load_checkpoint
from .network import LONG_RANGE_HEAD


def mean_of_weights(files: Sequence[Path]) -> dict[str, Any]:
    """A state like that of a snapshot, with the mean of the averaged weights of fine-tuning checkpoints or snapshots.

    The rest is the record of the last run, which has all steps before it; the long-range head is left out. Raises
    ValueError for fewer than two files, another stage, networks of two sizes.
    """
    if len(files) < 2:
        raise ValueError("name at least two checkpoints or snapshots")
    states = [load_checkpoint(file) for file in files]
    for file, state in zip(files, states, strict=True):
        if state["stage"] != "finetuning" or state["widths"] != states[0]["widths"]:
            raise ValueError(
                f"{file} is of the stage {state['stage']} with widths {state['widths']}; "
                f"expected finetuning with {states[0]['widths']}"
            )
    names = [name for name in states[0]["average"] if not name.startswith(LONG_RANGE_HEAD)]
    mean = {name: torch.stack([state["average"][name] for state in states]).mean(dim=0) for name in names}
    record = {key: value for key, value in states[-1].items() if key not in ("network", "optimiser")}
    return {**record, "average": mean}
