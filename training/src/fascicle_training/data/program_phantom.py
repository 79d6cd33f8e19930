"""Volumes from the program's own generator, `fascicle phantom`: richer than the small phantom of this package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ..program import run_program


def phantom_file(folder: Path, shape: Sequence[int], voxel_size_nm: Sequence[float], seed: int) -> Path:
    """Path of an HDF5 file with `raw` and `labels`; written on first use, the same for the same arguments."""
    name = "-".join(["x".join(f"{n:g}" for n in part) for part in (shape, voxel_size_nm)] + [str(seed)])
    path = folder / f"phantom-{name}.h5"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    options = {"--shape": shape, "--voxel-size": voxel_size_nm, "--seed": [seed]}
    values = [item for option, n in options.items() for item in (option, ",".join(f"{v:g}" for v in n))]
    # A folder of its own: another run beside this one may be writing the same phantom.
    with TemporaryDirectory(dir=folder, prefix="partial-") as own:
        partial = Path(own) / path.name
        run_program("phantom", partial, *values)
        partial.replace(path)
    return path
