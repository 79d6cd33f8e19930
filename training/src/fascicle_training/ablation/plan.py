"""What is compared, read from YAML: a base run, named variants that change parts of it, and a plain U-Net."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from ..evaluation.program_sweep import MULTICUT, Sweep, Watershed
from ..systems.segneuron.config import SegNeuronRunConfig, parse_config

KEYS = {"base", "reference", "seeds", "variants", "unet", "sweep", "blending"}
AS_PUBLISHED: dict[str, Any] = {
    "supervoxels": ("distance-transform-2d",),
    "restricted": (True,),
    "agglomerations": (MULTICUT,),
    "watersheds": (),
}
"""The one way of a sweep that variants are compared by; all ways are tried for the reference and the U-Net."""


@dataclass(frozen=True)
class Plan:
    """A comparison. Every variant takes the same number of steps, from the same seed."""

    variants: dict[str, SegNeuronRunConfig]
    reference: str
    """The variant on which ways of post-processing are compared, and whose seconds the U-Net gets."""
    unet: dict[str, Any] | None
    """Fields of the U-Net's TrainingConfig, as far as they do not follow from the reference; no U-Net where None."""
    sweep: Sweep
    blending: float | None = None
    """Width at which SegNeuron's tiles are averaged where they overlap, 0.5 as published; where None their margins are
    cut off. Of no concern to the U-Net, whose tiles do not differ where they overlap."""
    seeds: tuple[int, ...] = ()
    """All networks are trained once for each, in a folder of its own, whatever seed `base` has; where empty
    once, with that of `base`."""

    def runs(self, folder: Path) -> list[tuple[int, Plan, Path]]:
        """Seed, plan and folder of each time that the networks are trained."""
        if not self.seeds:
            return [(self.variants[self.reference].seed, self, folder)]
        return [
            (
                seed,
                replace(self, seeds=(), variants={k: replace(v, seed=seed) for k, v in self.variants.items()}),
                folder / f"seed-{seed}",
            )
            for seed in self.seeds
        ]


def read_plan(path: Path) -> Plan:
    """Reads a plan; unknown keys are refused by name, in variants too."""
    values = yaml.safe_load(path.read_text())
    if not isinstance(values, dict) or set(values) - KEYS or not {"base", "reference", "variants"} <= set(values):
        raise ValueError(
            f"{path}: keys {sorted(values)}; expected {sorted(KEYS)}, of which base, reference and variants are needed"
        )
    seeds = tuple(values.get("seeds", ()))
    if len(set(seeds)) < len(seeds):
        raise ValueError(f"{path}: seeds {list(seeds)} name one twice; its mean would count that run twice")
    base = changed(values["base"], {"seed": seeds[0]} if seeds else {})
    variants = {name: parse_config(changed(base, change)) for name, change in values["variants"].items()}
    if values["reference"] not in variants:
        raise ValueError(f"{path}: reference {values['reference']} is none of {sorted(variants)}")
    sweep = {key: tuple(v) if isinstance(v, list) else v for key, v in values.get("sweep", {}).items()}
    sweep["watersheds"] = tuple(Watershed(**each) for each in sweep.get("watersheds", ()))
    return Plan(variants, values["reference"], values.get("unet"), Sweep(**sweep), values.get("blending"), seeds)


def changed(values: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with the values of `change`, mapping by mapping; lists are replaced as a whole."""
    result = copy.deepcopy(dict(values))
    for key, value in change.items():
        inner = result.get(key)
        result[key] = changed(inner, value) if isinstance(inner, dict) and isinstance(value, Mapping) else value
    return result
