"""Rows of a comparison as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..systems.segneuron.card import value_in_words, way_in_words
from .plan import AS_PUBLISHED, Plan
from .train import UNET

Row = dict[str, Any]


def markdown(rows: Sequence[Row], plan: Plan) -> str:
    """Two tables, as far as there are rows: how networks were trained, and how their affinities became segments."""
    networks = [*plan.variants, *([UNET] if plan.unet is not None else [])]
    missing = [name for name in networks if name not in {row["variant"] for row in rows}]
    seed = plan.variants[plan.reference].seed
    lines = [
        f"Seed {seed}, one run each. The best of the sweep is given for each row and volume. Minutes include "
        "pretraining, steps do not.",
        *_table("network", [row for row in rows if _is_as_published(row)], _variant),
        *_table("post-processing", [row for row in rows if row["variant"] in (plan.reference, UNET)], _way),
    ]
    if missing:
        lines += ["", f"Not run yet: {', '.join(missing)}."]
    return "\n".join(lines) + "\n"


def _is_as_published(row: Row) -> bool:
    return (
        row["method"] in AS_PUBLISHED["supervoxels"]
        and row["restricted"] in AS_PUBLISHED["restricted"]
        and row["agglomeration"] in AS_PUBLISHED["agglomerations"]
    )


def _variant(row: Row) -> str:
    return str(row["variant"])


def _way(row: Row) -> str:
    return f"{row['variant']}: {way_in_words(row)}"


def _table(first: str, rows: Sequence[Row], name_of: Any) -> list[str]:
    if not rows:
        return []
    lines = [
        "",
        f"| {first} | volume | VI split | VI merge | VI | adapted Rand error | value | training | segmentation |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        figures = " | ".join(f"{row[key]:.3f}" for key in ("split", "merge", "voi", "are"))
        times = f"{row['training_seconds'] / 60:.0f} min, {row['steps']} steps | {row['seconds']:.1f} s"
        lines.append(f"| {name_of(row)} | {row['volume']} | {figures} | {value_in_words(row)} | {times} |")
    return lines
