"""Volumes from the program's own generator, `fascicle phantom`: richer than the small phantom of this package."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[4]


def node_program() -> str:
    """The Node.js that the repository installed, else the one on the path."""
    installed = REPOSITORY / "node_modules" / ".bin" / "node"
    found = str(installed) if installed.exists() else shutil.which("node")
    if found is None:
        raise ValueError("phantoms need Node.js and a built repository: run `npm ci` there, or remove such sources")
    return found


def phantom_file(folder: Path, shape: Sequence[int], voxel_size_nm: Sequence[float], seed: int) -> Path:
    """Path of an HDF5 file with `raw` and `labels`; written on first use, the same for the same arguments."""
    name = "-".join(["x".join(f"{n:g}" for n in part) for part in (shape, voxel_size_nm)] + [str(seed)])
    path = folder / f"phantom-{name}.h5"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.h5")
    partial.unlink(missing_ok=True)
    command = [node_program(), str(REPOSITORY / "bin" / "fascicle.js"), "phantom", str(partial)]
    options = {"--shape": shape, "--voxel-size": voxel_size_nm, "--seed": [seed]}
    for option, values in options.items():
        command += [option, ",".join(f"{v:g}" for v in values)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    partial.replace(path)
    return path
