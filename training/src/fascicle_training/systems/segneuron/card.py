"""Words and tables of a package's card, and of the page about the system, from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

from ...evaluation.program_sweep import MULTICUT
from ...export.package import PackageFacts
from .measurement import Row, chosen_rows

FIGURES = ("split", "merge", "voi", "are")


def write_card(template: Path, facts: PackageFacts, measured: dict[str, Any], tile: Sequence[int]) -> str:
    """The card; a placeholder ($name) that nothing is known for is refused by name."""
    weights = measured["weights"]
    hours = weights["seconds"] / 3600
    try:
        return Template(template.read_text()).substitute(
            id=facts.id,
            name=facts.name,
            joined=JOINED[facts.blending is not None],
            orientations=ORIENTATIONS[measured["symmetries"]],
            standing=STANDING[facts.preliminary].format(id=facts.id),
            tile=" x ".join(map(str, tile)),
            parameters=f"{weights['parameters'] / 1e6:.2f} million",
            widths=", ".join(map(str, weights["widths"])),
            shipped=shipped_table(measured),
            ways=ways_table(measured),
            segmentation="; ".join(f"{v['title']}: {in_words(chosen_rows(v['rows'])[0])}" for v in measured["volumes"]),
            seed=weights["seed"],
            steps=weights["steps"],
            hours=f"{hours:.1f} hours",
            pretraining_steps=weights["pretraining_steps"],
            pretraining_minutes=f"{weights['pretraining_seconds'] / 60:.0f} minutes",
            checkpoint=weights["sha256"],
        )
    except KeyError as error:
        raise ValueError(f"{template}: there is no value for ${error.args[0]}") from error


JOINED = {
    True: "neighbouring tiles overlap by half and are averaged",
    False: "a quarter is cut off each side, so neighbouring tiles agree only roughly",
}
ORIENTATIONS = {
    "none": "one orientation",
    "rotations": "the mean of four orientations of a tile, quarter turns",
    "all": "the mean of eight orientations of a tile, quarter turns and mirror images",
}
STANDING = {
    True: "**Preliminary.** The program takes this network only where it is named (`--model {id}`), never by default.",
    False: "The program offers this network wherever the voxel size suits it.",
}


def shipped_table(measured: dict[str, Any]) -> str:
    """What the values as shipped give: on the half that they were not chosen on, and on the whole."""
    lines = ["| | VI split | VI merge | VI | adapted Rand error |", "| --- | --- | --- | --- | --- |"]
    for volume in measured["volumes"]:
        row = chosen_rows(volume["rows"])[0]
        if row["judging"] is not None:
            lines.append(f"| **{volume['title']}**, the half of high x | {_figures(row['judging'])} |")
        lines.append(f"| {volume['title']}, {_extent(volume)} | {_figures(row)} |")
    return "\n".join(lines)


def ways_table(measured: dict[str, Any]) -> str:
    """All ways to segment, each with the value that was chosen for it; best first by the half for choosing."""
    lines = [
        "| volume | segmented by | value | VI split | VI merge | VI | adapted Rand error | VI, all of it | time |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for volume in measured["volumes"]:
        for row in chosen_rows(volume["rows"]):
            figures = _figures(row["judging"] or row)
            seconds = f"{row['seconds']:.0f} s"
            cells = (volume["title"], way_in_words(row), value_in_words(row), figures, f"{row['voi']:.3f}", seconds)
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def page_text(measured: dict[str, Any]) -> str:
    """The part of the page about the system that says how it was trained and what it scores."""
    weights = measured["weights"]
    volumes = ", ".join(f"{v['title']} in {v['prediction_seconds']:.0f} s" for v in measured["volumes"])
    return (
        f"{weights['parameters'] / 1e6:.2f} million parameters, seed {weights['seed']}; "
        f"{weights['pretraining_steps']} steps of pretraining ({weights['pretraining_seconds'] / 3600:.1f} h) and "
        f"{weights['steps']} of fine-tuning ({weights['seconds'] / 3600:.1f} h by the clock). Network, "
        f"{ORIENTATIONS[measured['symmetries']]}: {volumes}."
        f"\n\n{ways_table(measured)}\n"
    )


def in_words(row: Row) -> str:
    """A way with its value."""
    return f"{way_in_words(row)}, {value_in_words(row)}"


def way_in_words(row: Row) -> str:
    """How a row was segmented."""
    supervoxels = {
        "watershed": "watershed of affinities",
        "distance-transform-2d": "supervoxels of sections",
        "distance-transform-3d": "supervoxels in space",
    }[row["method"]]
    agglomeration = "multicut" if row["agglomeration"] == MULTICUT else "mean affinity"
    return f"{supervoxels}, {agglomeration}, {'restricted to foreground' if row['restricted'] else 'not restricted'}"


def value_in_words(row: Row) -> str:
    """What was chosen for a way: beta or threshold, and values of the watershed where some were tried."""
    value = f"{'beta' if row['agglomeration'] == MULTICUT else 'threshold'} {row['parameter']:g}"
    if row["watershed"] is None:
        return value
    return value + ", high {high:g}, size threshold {size_threshold}".format(**row["watershed"])


def _extent(volume: dict[str, Any]) -> str:
    return "{} sections of {} x {} pixels".format(*volume["shape"])


def _figures(scores: Row) -> str:
    return " | ".join(f"{scores[key]:.3f}" for key in FIGURES)
