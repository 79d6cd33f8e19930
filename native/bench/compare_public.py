#!/usr/bin/env python3
"""Public engines and ours on the same arrays, in one run: prints a Markdown table of speeds and ratios.

The public engines live in a virtual environment of their own and are never a dependency of the product:

    python3 -m venv /tmp/public && /tmp/public/bin/pip install \
        waterz==0.10.1 mwatershed==0.5.4 connected-components-3d==4.1.1 edt==3.1.2 scikit-image==0.26.0
    npm run build:native
    /tmp/public/bin/python native/bench/compare_public.py --shape 128,512,512 --threads 2

The arrays are those of a phantom (30 x 6 x 6 nm, noisy affinities with blunders), written once to --work. Each public
function gets the best of --repeat runs, ours too; file reading is not timed. As each library is made, the public functions
allocate their results and ours fill arrays that they are given. Engines that know no threads are compared with ours on one
thread as well as on --threads. Below the table stands how far the results agree.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cc3d
import edt
import mwatershed
import numpy as np
import waterz
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.metrics import adapted_rand_error, variation_of_information
from skimage.segmentation import watershed

REPOSITORY = Path(__file__).resolve().parents[2]
OURS = REPOSITORY / "scripts" / "compare-public-ours.ts"
NODE = REPOSITORY / "node_modules" / ".bin" / "node"
THRESHOLD = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", default="128,512,512", help="voxels z,y,x")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--processor-time", action="store_true", help="compare processor time on one thread: for a busy machine"
    )
    parser.add_argument("--work", type=Path, default=Path("/tmp/compare_public"), help="folder for the arrays")
    arguments = parser.parse_args()
    shape = tuple(int(edge) for edge in arguments.shape.split(","))
    work = arguments.work / "x".join(map(str, shape))
    threads = 1 if arguments.processor_time else arguments.threads
    comparison = Comparison(work, shape, threads, arguments.repeat, arguments.processor_time)
    comparison.run()


class Comparison:
    """One run over all stages; `rows` collects the table."""

    def __init__(self, work: Path, shape: tuple[int, ...], threads: int, repeat: int, processor: bool) -> None:
        self.clock = time.process_time if processor else time.perf_counter
        self.unit = "processorMilliseconds" if processor else "milliseconds"
        self.work, self.shape, self.threads, self.repeat = work, shape, threads, repeat
        self.voxels = int(np.prod(shape))
        self.rows: list[str] = []
        self.notes: list[str] = []
        self.ours: dict[int, dict[str, Any]] = {}

    def run(self) -> None:
        self.work.mkdir(parents=True, exist_ok=True)
        if not (self.work / "boundary.u8").exists():
            self._node("prepare")
        for threads in sorted({1, self.threads}):
            self.ours[threads] = json.loads(self._node("run", str(threads), str(self.repeat)))
        labels = self._read("labels.u32", np.uint32)
        self._components(labels)
        self._distance(labels)
        self._seeded()
        fragments_seconds = self._waterz(labels)
        self._mutex(fragments_seconds)
        self._print()

    def _components(self, labels: np.ndarray) -> None:
        seconds, found = self._best(lambda: cc3d.connected_components(labels, connectivity=26, return_N=True))
        self._row("connected components, 26", "connected-components-3d", seconds, "components")
        same = found[1] == self.ours[1]["found"]["components"]
        ours = self._read("components.u32", np.uint32)
        pairs = np.unique(np.stack([found[0].ravel(), ours.ravel()]), axis=1).shape[1] if same else 0
        self._note("components", f"the same partition: {same and pairs <= found[1] + 1}")

    def _distance(self, labels: np.ndarray) -> None:
        for threads in sorted({1, self.threads}):
            seconds, found = self._best(
                lambda threads=threads: edt.edtsq(labels, anisotropy=(30, 6, 6), parallel=threads)
            )
            self._row(f"distance transform, {threads} thread(s) each", "edt", seconds, "distance", threads)
        ours = self._read("distance.f32", np.float32)
        finite = np.isfinite(ours)
        error = np.abs(found[finite] - ours[finite]) / np.maximum(ours[finite], 1)
        self._note("distance transform", f"largest relative difference {error.max():.1e}")

    def _seeded(self) -> None:
        boundary = self._read("boundary.u8", np.uint8)
        planes = min(self.shape[0], 16)  # slices are independent; more of them change nothing but the wait
        seconds, count = self._best(lambda: sum(_skimage_slice(plane) for plane in boundary[:planes]), 1)
        self._row("seeded watershed per slice", "scikit-image", seconds * self.shape[0] / planes, "seeded")
        scaled = count * self.shape[0] // planes
        self._note("seeded watershed", f"about {scaled} and {self.ours[1]['found']['supervoxels']} supervoxels")

    def _waterz(self, labels: np.ndarray) -> float:
        """Times waterz by stage and returns seconds from affinities to segmentation."""
        affinities = self._read("affinities.u8", np.uint8, 3).astype(np.float32) / 255

        def until_graph(fragments: np.ndarray | None) -> Any:
            copy = None if fragments is None else fragments.copy()
            return next(waterz.agglomerate(affinities, [0.0], fragments=copy)).copy()

        both, fragments = self._best(lambda: until_graph(None))
        copying, _ = self._best(lambda: fragments.copy())
        graph = self._best(lambda: until_graph(fragments))[0] - copying
        self._row("affinity watershed", "waterz", both - graph, "watershed")
        self._row("region graph", "waterz", graph, "graph")
        count = len(np.unique(fragments)) - int((fragments == 0).any())
        self._note("affinity watershed", f"{count} and {self.ours[1]['found']['fragments']} fragments")

        with _silence():
            steps = waterz.agglomerate(affinities, [0.0, THRESHOLD])
            next(steps)
            start = self.clock()
            segmentation = next(steps).copy()
            merging = self.clock() - start
        self._row(
            "agglomeration (waterz: to the threshold; ours: the whole tree), one cut, relabelling",
            "waterz",
            merging,
            ("agglomeration", "threshold", "relabel"),
        )
        truth = labels.astype(np.uint64)
        seconds, scores = self._best(lambda: waterz.evaluate(segmentation, truth), 1)
        self._row("VI and adapted Rand error", "waterz", seconds, "metrics")
        ours = self.ours[1]["found"]["scores"]
        theirs = f"VI {scores['voi_split']:.3f} + {scores['voi_merge']:.3f}"
        self._note("segmentation", f"{theirs} and {ours['voiSplit']:.3f} + {ours['voiMerge']:.3f}")
        own = self._read("segmentation.u32", np.uint32)
        seconds, split_merge = self._best(
            lambda: (variation_of_information(truth, own), adapted_rand_error(truth, own)[0]), 1
        )
        self._row("VI and adapted Rand error", "scikit-image", seconds, "metrics")
        difference = abs(split_merge[0][0] - ours["voiSplit"]) + abs(split_merge[1] - ours["adaptedRandError"])
        self._note("metrics on our segmentation", f"difference from scikit-image {difference:.1e}")
        return both + merging

    def _mutex(self, waterz_seconds: float) -> None:
        end_to_end = ("watershed", "graph", "agglomeration", "threshold", "relabel")
        self._row("affinities to segmentation", "waterz", waterz_seconds, end_to_end)
        edge = tuple(min(length, limit) for length, limit in zip(self.shape, (32, 192, 192), strict=True))
        crop = self._read("affinities.u8", np.uint8, 3)[:, : edge[0], : edge[1], : edge[2]]
        signed = crop.astype(np.float64) / 255 - THRESHOLD
        offsets = [[-1, 0, 0], [0, -1, 0], [0, 0, -1]]
        seconds, _ = self._best(lambda: mwatershed.agglom(signed, offsets), 1)
        scaled = seconds * self.voxels / int(np.prod(edge))
        self._row(f"affinities to segmentation (mutex watershed, crop {edge})", "mwatershed", scaled, end_to_end)

    def _best(self, work: Callable[[], Any], repeat: int | None = None) -> tuple[float, Any]:
        best, result = float("inf"), None
        for _ in range(repeat or self.repeat):
            with _silence():
                start = self.clock()
                result = work()
                best = min(best, self.clock() - start)
        return best, result

    def _row(
        self, stage: str, engine: str, seconds: float, name: str | tuple[str, ...], only_threads: int | None = None
    ) -> None:
        names = (name,) if isinstance(name, str) else name

        def ours(threads: int) -> str:
            if only_threads not in (None, threads):
                return ""
            own = sum(self.ours[threads][self.unit][part] for part in names) / 1e3
            return f"{self.voxels / own / 1e6:.1f} ({seconds / own:.1f}x)"

        cells = [stage, engine, f"{self.voxels / seconds / 1e6:.2f}", *(ours(t) for t in sorted(self.ours))]
        self.rows.append("| " + " | ".join(cells) + " |")
        print(self.rows[-1], file=sys.stderr, flush=True)

    def _note(self, subject: str, text: str) -> None:
        self.notes.append(f"- {subject}: {text}")

    def _print(self) -> None:
        packages = ("waterz", "mwatershed", "connected-components-3d", "edt", "scikit-image")
        clock = "processor" if self.unit.startswith("processor") else "wall"
        load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        print(f"Shape {self.shape}, best of {self.repeat}, {clock} time, {load}.")
        print(", ".join(f"{name} {version(name)}" for name in packages) + ". Megavoxels per second (ratio).\n")
        threads = " | ".join(f"ours, {count} thread(s)" for count in sorted(self.ours))
        print(f"| stage | public engine | Mvoxel/s | {threads} |")
        print("| --- | --- | ---: |" + " ---: |" * len(self.ours))
        print("\n".join(self.rows) + "\n\n" + "\n".join(self.notes))

    def _read(self, name: str, dtype: type, channels: int | None = None) -> np.ndarray:
        shape = self.shape if channels is None else (channels, *self.shape)
        return np.fromfile(self.work / name, dtype).reshape(shape)

    def _node(self, mode: str, *numbers: str) -> str:
        command = [str(NODE), str(OURS), mode, str(self.work), *map(str, self.shape), *numbers]
        return subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True).stdout


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Sends what C++ libraries print to nowhere."""
    kept = os.dup(1), os.dup(2)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        for target, copy in enumerate(kept, start=1):
            os.dup2(copy, target)
            os.close(copy)


def _skimage_slice(plane: np.ndarray) -> int:
    """The same recipe with SciPy and scikit-image: threshold, distance, seeds at its maxima, watershed."""
    probability = plane.astype(np.float32) / 255
    distance = ndimage.distance_transform_edt(probability <= 0.25)
    smooth = ndimage.gaussian_filter(distance, 2.0)
    peaks = peak_local_max(smooth, exclude_border=False)
    seeds = np.zeros(plane.shape, np.int32)
    seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    largest = max(float(distance.max()), 1e-6)
    heights = 0.9 * ndimage.gaussian_filter(probability, 2.0) + 0.1 * (1 - distance / largest)
    return int(watershed(heights, seeds).max())


if __name__ == "__main__":
    main()
