"""Labelled volumes in memory, read from HDF5 and brought to the voxel size that they are trained at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Volume:
    """A raw volume with its ground truth, both (z, y, x)."""

    name: str
    raw: NDArray[np.uint8]
    labels: NDArray[np.int32]
    """Neurite ids, dense in 0..N; 0 is membrane or unlabelled."""
    voxel_size_nm: tuple[float, float, float]
    mean: float
    """Mean intensity of the whole volume, not of the slices that are used: the statistic that inference uses."""
    std: float

    def slices(self, start: int, stop: int) -> Volume:
        """The sections start..stop-1, with the statistics of the whole volume."""
        if not 0 <= start < stop <= self.raw.shape[0]:
            raise ValueError(f"sections {start}:{stop} are not within 0:{self.raw.shape[0]} of {self.name}")
        return Volume(self.name, self.raw[start:stop], self.labels[start:stop], self.voxel_size_nm, self.mean, self.std)


def require_room(name: str, shape: Sequence[int], least: Sequence[int]) -> None:
    """Refuses a volume that no crop fits into: training would end hours later, when it is drawn.

    Raises:
        ValueError: names the volume and both shapes, (z, y, x) in voxels.
    """
    if any(have < need for have, need in zip(shape, least, strict=True)):
        raise ValueError(f"{name} has {tuple(shape)} voxels; crops need {tuple(least)}: lower `crop`, or leave it out")


def downsample_raw_in_plane(raw: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Area mean over factor x factor pixels, rounded half to even; sides that do not divide are cut at the end."""
    if factor == 1:
        return raw
    z, y, x = raw.shape
    cut = raw[:, : y - y % factor, : x - x % factor]
    windows = cut.reshape(z, y // factor, factor, x // factor, factor).astype(np.float32)
    return np.rint(windows.mean(axis=(2, 4))).astype(np.uint8)


def downsample_labels_in_plane(labels: NDArray[np.int32], factor: int) -> NDArray[np.int32]:
    """Every factor-th pixel: ids are never averaged."""
    if factor == 1:
        return labels
    _, y, x = labels.shape
    offset = (factor - 1) // 2
    cut = labels[:, : y - y % factor, : x - x % factor]
    return np.ascontiguousarray(cut[:, offset::factor, offset::factor])


def make_volume(
    name: str,
    raw: NDArray[np.uint8],
    labels: NDArray[np.integer],
    voxel_size_nm: tuple[float, float, float],
    in_plane_factor: int = 1,
) -> Volume:
    """Checks a pair of arrays, downsamples it in plane and makes the ids dense.

    Dense ids stay exact in float32, in which augmentation moves them about.
    """
    if raw.shape != labels.shape or raw.ndim != 3:
        raise ValueError(f"{name}: raw {raw.shape} and labels {labels.shape} must be two equal (z, y, x) shapes")
    if raw.dtype != np.uint8:
        raise ValueError(f"{name}: raw is {raw.dtype}; training reads uint8")
    ids, dense = np.unique(labels, return_inverse=True)
    if ids[0] != 0:
        dense = dense + 1
    small_raw = downsample_raw_in_plane(raw, in_plane_factor)
    small_labels = downsample_labels_in_plane(dense.reshape(labels.shape).astype(np.int32), in_plane_factor)
    z, y, x = voxel_size_nm
    return Volume(
        name=name,
        raw=np.ascontiguousarray(small_raw),
        labels=small_labels,
        voxel_size_nm=(z, y * in_plane_factor, x * in_plane_factor),
        mean=float(small_raw.mean(dtype=np.float64)),
        std=float(small_raw.std(dtype=np.float64)),
    )


def load_volume(path: Path, voxel_size_nm: tuple[float, float, float], in_plane_factor: int = 1) -> Volume:
    """Reads the datasets `raw` and `labels` of an HDF5 file."""
    with h5py.File(path, "r") as file:
        missing = [key for key in ("raw", "labels") if key not in file]
        if missing:
            raise ValueError(
                f"{path}: no dataset {missing}; found {sorted(file)}; labelled volumes hold raw and labels"
            )
        return make_volume(path.stem, file["raw"][:], file["labels"][:], voxel_size_nm, in_plane_factor)
