"""From a network's probabilities to segments with the program's own engine, over ways and thresholds, with scores.

Unlike the sweeps of `segmentation.py` nothing here is a second implementation: affinities go to `fascicle segment`,
labels come back from `fascicle export`. Scores are taken here, on the same prepared truth for all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from ..metrics.partition import PartitionScores
from ..program import ask_program, run_program
from .halves import HalvedScores, evaluate_halves

MULTICUT, MEAN = "multicut", "mean"
SUPERVOXELS = ("watershed", "distance-transform-2d", "distance-transform-3d")


@dataclass(frozen=True)
class Watershed:
    """Values of the watershed of affinities. Every link may be used, and small fragments join whatever is strongest."""

    high: float
    """Affinity from which links always join."""
    size_threshold: int
    """Voxels of the volume below which a fragment joins its strongest neighbour."""


@dataclass(frozen=True)
class Sweep:
    """What is tried; every combination is."""

    restricted: tuple[bool, ...] = (True, False)
    """Whether each affinity is lowered to the foreground of its voxel."""
    agglomerations: tuple[str, ...] = (MULTICUT, MEAN)
    supervoxels: tuple[str, ...] = ("distance-transform-2d",)
    watersheds: tuple[Watershed, ...] = ()
    """What is tried where supervoxels are those of the watershed; the program's own values where empty."""
    betas: tuple[float, ...] = (0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    """Of the multicut."""
    thresholds: tuple[float, ...] = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    """Of mean affinities."""
    min_size: int = 300
    """Smaller segments go to their strongest neighbour."""

    def __post_init__(self) -> None:
        """Refuses what the program has no word for."""
        unknown = set(self.agglomerations) - {MULTICUT, MEAN}
        if unknown or set(self.supervoxels) - set(SUPERVOXELS):
            raise ValueError(
                f"sweep over {self.agglomerations} of {self.supervoxels}: "
                f"accepted are {(MULTICUT, MEAN)} of {SUPERVOXELS}"
            )


@dataclass(frozen=True)
class ProgramRow:
    """One segmentation with its scores."""

    method: str
    """How supervoxels were made."""
    watershed: Watershed | None
    """None for the program's own values, and for other methods."""
    restricted: bool
    agglomeration: str
    parameter: float
    """Beta of a multicut, else threshold of mean affinities."""
    supervoxels: int
    segments: int
    seconds: float
    """Of the program, from affinities to segments; the same for all thresholds of one merge tree."""
    scores: HalvedScores

    def row(self) -> dict[str, Any]:
        """Plain values, for JSON and tables: scores of the whole, and of both halves by name."""
        values = {key: value for key, value in asdict(self).items() if key != "scores"}
        halves = {"choosing": self.scores.choosing, "judging": self.scores.judging}
        return {
            **values,
            "seconds": round(self.seconds, 1),
            **_figures(self.scores.whole),
            **{name: None if half is None else _figures(half) for name, half in halves.items()},
        }


def sweep_with_program(probability: NDArray[np.float32], truth: NDArray[np.integer], sweep: Sweep) -> list[ProgramRow]:
    """Rows in the order of the sweep; `probability` (4, z, y, x) holds three affinities, then foreground.

    The foreground stands for the image, too: none is asked for.
    """
    with tempfile.TemporaryDirectory(prefix="fascicle-sweep-") as name:
        folder = Path(name)
        volume = folder / "volume.h5"
        _write(volume, probability)
        rows: list[ProgramRow] = []
        ways = product(_supervoxels(sweep), sweep.restricted, sweep.agglomerations)
        for index, ((method, watershed), restricted, agglomeration) in enumerate(ways):
            start = ["segment", f"{volume}:/raw", "--affinities", f"{volume}:/affinities", "--supervoxels", method]
            start += _watershed_options(watershed)
            start += ["--foreground", f"{volume}:/raw"] if restricted else []
            # Of no consequence, since no network is run; a volume of the program has one.
            start += ["--min-size", sweep.min_size, "--voxel-size", "8,8,8", "--agglomeration", agglomeration]
            for parameter, report, labels in _segmentations(start, folder / str(index), agglomeration, sweep):
                counts = (int(report["supervoxels"]), int(report["segments"]), float(report["seconds"]))
                scores = evaluate_halves(truth, labels)
                rows.append(ProgramRow(method, watershed, restricted, agglomeration, parameter, *counts, scores))
        return rows


def _supervoxels(sweep: Sweep) -> list[tuple[str, Watershed | None]]:
    own: tuple[None, ...] = (None,)
    return [
        (method, watershed)
        for method in sweep.supervoxels
        for watershed in ((sweep.watersheds or own) if method == "watershed" else own)
    ]


def _watershed_options(watershed: Watershed | None) -> list[object]:
    if watershed is None:
        return []
    values = ["--high", watershed.high, "--size-threshold", watershed.size_threshold]
    return ["--low", 0, "--merge-low", 0, *values]


def best_rows(rows: Sequence[ProgramRow]) -> list[ProgramRow]:
    """The row of the lowest VI of each way, in the order of the rows; a way is all but its values."""
    best: dict[tuple[str, bool, str], ProgramRow] = {}
    for row in rows:
        key = (row.method, row.restricted, row.agglomeration)
        if key not in best or row.scores.whole.total < best[key].scores.whole.total:
            best[key] = row
    return list(best.values())


def _figures(scores: PartitionScores) -> dict[str, float]:
    return {
        "split": round(scores.split, 4),
        "merge": round(scores.merge, 4),
        "voi": round(scores.total, 4),
        "are": round(scores.adapted_rand_error, 4),
    }


def _segmentations(
    start: Sequence[object], work: Path, agglomeration: str, sweep: Sweep
) -> Iterator[tuple[float, dict[str, Any], NDArray[np.integer]]]:
    work.mkdir()
    if agglomeration == MULTICUT:
        # One project per beta: each is a multicut of its own, not a cut of another one's merge tree.
        for number, beta in enumerate(sweep.betas):
            project = work / f"project-{number}"
            report = ask_program(*start, "--project", project, "--beta", beta)
            yield beta, report, _labels(project, work / f"labels-{number}.h5")
        return
    project = work / "project"
    first = ask_program(*start, "--project", project, "--threshold", sweep.thresholds[0])
    for number, threshold in enumerate(sweep.thresholds):
        report = ask_program("agglomerate", project, "--threshold", threshold) if number else first
        yield threshold, {**first, **report, "seconds": first["seconds"]}, _labels(project, work / f"{number}.h5")


def _labels(project: Path, path: Path) -> NDArray[np.integer]:
    run_program("export", project, "--labels", path)
    with h5py.File(path, "r") as file:
        return file["labels"][:]


def _write(path: Path, probability: NDArray[np.float32]) -> None:
    steps = np.rint(probability * 255).astype(np.uint8)
    with h5py.File(path, "w") as file:
        file["raw"] = steps[3]
        file["affinities"] = steps[:3]
