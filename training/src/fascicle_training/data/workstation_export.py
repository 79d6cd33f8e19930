"""Corrected ground truth as the workstation exports it: labels and a manifest in one folder, raw there or where it was.

Everything that the manifest has a hash of is compared before it is used: labels that were edited by another program, or
a volume that is another one under the same name, would teach a network nonsense without a word.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from .fingerprint import fingerprint_file

MANIFEST = "manifest.json"
DATASETS = {"hdf5": "labels", "cremi": "volumes/labels/neuron_ids"}
"""Where labels lie in a file, by format."""
RAW_IN_EXPORT = "volumes/raw"
HOW = "use `fascicle export PROJECT --labels DIR/labels.h5 --ignore-unreviewed --manifest DIR/manifest.json`"


@dataclass(frozen=True)
class CorrectedVolume:
    """Arrays are (z, y, x)."""

    raw: NDArray[np.integer]
    """The whole source, so that intensities are scaled by the statistics that the program uses."""
    labels: NDArray[np.unsignedinteger]
    offset: tuple[int, int, int]
    """Where the labels begin in the raw volume, voxels."""
    ignore_id: int | None
    """Id of voxels that nobody reviewed; None where all count as reviewed."""
    voxel_size_nm: tuple[float, float, float] | None
    name: str
    """Of the project."""
    manifest_sha256: str
    edits: dict[str, Any]
    """Revision and hash of the log of edits."""

    @property
    def window(self) -> tuple[slice, slice, slice]:
        """The part of the raw volume that has labels."""
        z, y, x = (slice(o, o + n) for o, n in zip(self.offset, self.labels.shape, strict=True))
        return z, y, x


def read_export(folder: Path, raw: Path | None = None) -> CorrectedVolume:
    """Reads an export; `raw` is where the volume lies now, if not where the manifest says.

    Raises ValueError, which says what to do, where a file is missing, is of another format or has another hash.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise ValueError(f"{path} is missing: {HOW}")
    text = path.read_bytes()
    manifest = json.loads(text)
    if manifest.get("format") != "fascicle-export" or manifest.get("version") != 1:
        raise ValueError(f"{path} is no manifest of an export, version 1: {HOW}")
    choice = manifest["choices"]["labels"]
    if choice is None or choice["format"] not in DATASETS:
        found = "no labels" if choice is None else f"labels as {choice['format']}"
        raise ValueError(f"{folder} holds {found}; training reads HDF5: {HOW}")
    file = _checked_labels(folder, manifest, choice["path"])
    labels = _dataset(file, choice.get("dataset") or DATASETS[choice["format"]])
    if list(labels.shape) != manifest["choices"]["shape"]:
        raise ValueError(f"{file}: labels have shape {labels.shape}, the manifest says {manifest['choices']['shape']}")
    offset = manifest["choices"]["sourceOffset"]
    if choice["withRaw"] and raw is None:
        image, offset = _dataset(file, RAW_IN_EXPORT), [0, 0, 0]
    else:
        image = _checked_source(manifest, raw)
    voxel_size = manifest["project"]["voxelSizeNm"]
    return CorrectedVolume(
        image,
        labels,
        tuple(offset),
        None if choice["ignoreId"] is None else int(choice["ignoreId"]),
        None if voxel_size is None else tuple(voxel_size),
        manifest["project"]["name"],
        hashlib.sha256(text).hexdigest(),
        {key: manifest["edits"][key] for key in ("revision", "sha256")},
    )


def _checked_labels(folder: Path, manifest: dict[str, Any], name: str) -> Path:
    path = folder / name
    hashes = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    if not path.exists() or name not in hashes:
        raise ValueError(f"{path} is missing, or the manifest has no hash of it: {HOW}")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != hashes[name]:
        raise ValueError(
            f"{path} was changed after its export: sha256 {found}, the manifest says {hashes[name]}; {HOW}"
        )
    return path


def _checked_source(manifest: dict[str, Any], moved: Path | None) -> NDArray[np.integer]:
    source = next((entry for entry in manifest["sources"] if entry["role"] == "raw"), None)
    if source is None:
        raise ValueError("the project has no raw volume, so there is nothing to train on")
    file, _, dataset = source["source"].rpartition(":/")
    if not file:
        raise ValueError(
            f"{source['source']}: training reads raw from HDF5; export with `--cremi --raw` to have it beside"
        )
    path = moved or Path(file)
    if not path.exists():
        raise ValueError(f"{path} is not there any more: name the volume with `--raw`, or export with `--cremi --raw`")
    found = fingerprint_file(path)
    if found != source["fingerprint"]:
        raise ValueError(
            f"{path} is another volume than the labels were made on: fingerprint {found}, "
            f"the manifest says {source['fingerprint']}; name the right one with `--raw`"
        )
    image = _dataset(path, dataset)
    if list(image.shape) != source["shape"]:
        raise ValueError(
            f"{path}:/{dataset} has shape {image.shape}, the project read it as {source['shape']}: "
            "training reads z, y, x; export with `--cremi --raw`"
        )
    return image


def _dataset(path: Path, name: str) -> NDArray[Any]:
    with h5py.File(path, "r") as file:
        found = file.get(name)
        if not isinstance(found, h5py.Dataset):
            raise ValueError(f"{path}: there is no dataset {name}; found {sorted(file)}")
        return found[:]
