"""Rows of a comparison as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from ..systems.segneuron.card import value_in_words, way_in_words
from .plan import AS_PUBLISHED, Plan
from .train import UNET

Row = dict[str, Any]
FIGURES = ("split", "merge", "voi", "are")


def markdown(rows: Sequence[Row], plan: Plan) -> str:
    """Tables, as far as there are rows: how networks were trained, and how their affinities became segments.

    Of several seeds these hold the means of what all seeds have; a table before them has each seed's VI and adapted
    Rand error.
    """
    seeds = list(dict.fromkeys(row["seed"] for row in rows)) or [plan.variants[plan.reference].seed]
    several = len(seeds) > 1
    networks = [*plan.variants, *([UNET] if plan.unet is not None else [])]
    missing = [name for name in networks if name not in {row["variant"] for row in rows}]
    lines = [
        f"Seed{'s' if several else ''} {', '.join(map(str, seeds))}, one run each. The best of the sweep is given for "
        "each row and volume. Minutes include pretraining, steps do not."
    ]
    groups = _alike(rows)
    if several:
        lines += _by_seed(groups, seeds)
    rows = [_mean(same) for same in groups if len(same) == len(seeds)]
    lines += [
        *_table("network", [row for row in rows if _is_as_published(row)], _variant),
        *_table("post-processing", [row for row in rows if row["variant"] in (plan.reference, UNET)], _way),
    ]
    if missing:
        lines += ["", f"Not run yet: {', '.join(missing)}."]
    return "\n".join(lines) + "\n"


def _alike(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of one network, way and volume together: one of each seed, as far as they were run."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((_way(row), row["volume"]), []).append(row)
    return list(found.values())


def _mean(rows: Sequence[Row]) -> Row:
    means = {key: fmean(row[key] for row in rows) for key in (*FIGURES, "steps", "training_seconds", "seconds")}
    values = dict.fromkeys(value_in_words(row) for row in rows)
    return {**rows[0], **means, "values": "; ".join(values)}


def _by_seed(groups: Sequence[Sequence[Row]], seeds: Sequence[int]) -> list[str]:
    lines = [
        "",
        f"| VI, adapted Rand error | volume | {' | '.join(f'seed {seed}' for seed in seeds)} | mean |",
        f"| --- | --- | {'--- | ' * (len(seeds) + 1)}".rstrip(),
    ]
    for same in groups:
        of_seed = {row["seed"]: row for row in same}
        cells = [_scores(of_seed[seed]) if seed in of_seed else "not run yet" for seed in seeds]
        cells.append(_scores(_mean(same)) if len(same) == len(seeds) else "")
        lines.append(f"| {_way(same[0])} | {same[0]['volume']} | {' | '.join(cells)} |")
    return lines


def _scores(row: Row) -> str:
    return f"{row['voi']:.3f}, {row['are']:.3f}"


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
        figures = " | ".join(f"{row[key]:.3f}" for key in FIGURES)
        times = f"{row['training_seconds'] / 60:.0f} min, {row['steps']:.0f} steps | {row['seconds']:.1f} s"
        lines.append(f"| {name_of(row)} | {row['volume']} | {figures} | {row['values']} | {times} |")
    return lines
