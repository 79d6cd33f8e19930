"""From weights and what they were measured to be worth to a package with these values, scores and a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...export.facts import read_facts
from ...export.package import PackageFacts, check_package, new_package, write_package
from ...export.symmetry import SYMMETRIES
from .card import write_card
from .config import SegNeuronRunConfig
from .export import exportable, package_test_image
from .measurement import Row, chosen_rows


@dataclass(frozen=True)
class Materials:
    """What a package is made of besides its weights."""

    facts: Sequence[Path]
    """YAML, later files win; values, scores and id are replaced."""
    card: Path
    """Template of the card."""
    measured: dict[str, Any]
    """Of these weights, see `measure`."""


def write_measured_package(
    config: SegNeuronRunConfig, weights: Path, folder: Path, materials: Materials, data: Path, half: bool
) -> float:
    """Writes the new package `folder`, whose name is its id; the largest difference between PyTorch and ONNX Runtime.

    Nothing is left where something fails.
    """
    facts = measured_facts(read_facts(materials.facts), materials.measured, folder.name)
    card = write_card(materials.card, facts, materials.measured, config.tile)
    network, net = exportable(config, weights, SYMMETRIES[materials.measured["symmetries"]])
    with new_package(folder, card) as partial:
        difference = write_package(partial, network, facts, net, package_test_image(config, data), half)
        check_package(partial)
    return difference


def measured_facts(facts: PackageFacts, measured: dict[str, Any], name: str) -> PackageFacts:
    """The facts with id, scores, and for every target the values that were best on its volume.

    Targets that nothing was measured for take those of the first volume.
    """
    best = {volume["name"]: chosen_rows(volume["rows"])[0] for volume in measured["volumes"]}
    min_size = measured["sweep"]["min_size"]
    values = {v["target"]: postprocessing(best[v["name"]], min_size, v.get("zoom", 1.0)) for v in measured["volumes"]}
    known = {target["name"] for target in facts.targets}
    if unknown := set(values) - known - {None}:
        raise ValueError(f"validation entries name the targets {sorted(unknown)}; the package has {sorted(known)}")
    first = next(iter(values.values()))
    targets = tuple(
        {**target, **({"postprocessing": values[target["name"]]} if values.get(target["name"], first) != first else {})}
        for target in facts.targets
    )
    blending = None if measured["blending"] is None else {"sigma": measured["blending"]}
    scores = tuple(_scores(measured, best))
    return replace(facts, id=name, targets=targets, postprocessing=first, scores=scores, blending=blending)


SUPERVOXEL_LENGTHS = {"sigmaSeeds": 2.0, "sigmaWeights": 2.0}
SUPERVOXEL_MIN_SIZE = 100
"""What the program takes where nothing is said, in pixels of the volume that is segmented."""


def postprocessing(row: Row, min_size: int, zoom: float = 1.0) -> dict[str, Any]:
    """A row as `config.fascicle.postprocessing`.

    Packages give lengths and sizes in pixels of the network, of which the volume that was measured had `zoom` each.
    """
    lengths: dict[str, Any] = {}
    if zoom != 1.0 and row["method"] != "watershed":
        lengths = {name: round(pixels / zoom, 3) for name, pixels in SUPERVOXEL_LENGTHS.items()}
        lengths["minSize"] = round(SUPERVOXEL_MIN_SIZE / zoom**2)
    value = "beta" if row["agglomeration"] == "multicut" else "threshold"
    watershed = {}
    if row["watershed"] is not None:
        size = round(row["watershed"]["size_threshold"] / zoom**2)
        watershed = {"watershed": {"low": 0.0, "high": row["watershed"]["high"], "sizeThreshold": size}}
    return {
        "foregroundRestriction": row["restricted"],
        "supervoxels": {"method": row["method"], **lengths},
        **watershed,
        "agglomeration": {"method": row["agglomeration"], value: row["parameter"]},
        "minSize": round(min_size / zoom**2),
    }


MEASURES = {"VI": "voi", "adapted Rand error": "are"}
"""What a package states of every volume, by the name of its column."""


def _scores(measured: dict[str, Any], best: dict[str, Row]) -> list[dict[str, Any]]:
    scores = []
    for volume in measured["volumes"]:
        row = best[volume["name"]]
        target = {} if volume["target"] is None else {"target": volume["target"]}
        parts = ((volume["title"], row), (f"{volume['title']}, the half of high x", row["judging"]))
        for title, figures in parts:
            if figures is not None:
                for measure, key in MEASURES.items():
                    scores.append({"data": title, "measure": measure, "value": round(figures[key], 3), **target})
    return scores
