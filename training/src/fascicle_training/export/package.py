"""Model packages: a BioImage Model Zoo description (format 0.5) beside weights, test tensors and a card.

The keys of `config.fascicle` are explained in docs/model-packages.md.
"""

from __future__ import annotations

import datetime
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from torch import nn

from ..targets.affinities import NEAREST
from .half_weights import store_half_weights, with_half_weights
from .onnx_file import OPSET, run_onnx, sha256_of, write_onnx
from .preprocessing import WHITENING, Step, preprocess
from .receptive_field import Radius, halo_for

FORMAT_VERSION = "0.5.4"
WEIGHTS = "weights.onnx"
MAX_DIFFERENCE = 1e-4
"""Between PyTorch and ONNX Runtime, absolute, on probabilities."""
SPATIAL = ("z", "y", "x")


@dataclass(frozen=True)
class OutputTensor:
    """An output of the network with one name per channel."""

    id: str
    description: str
    channel_names: tuple[str, ...]


AFFINITIES_AND_FOREGROUND: tuple[tuple[OutputTensor, ...], tuple[dict[str, Any], ...]] = (
    (
        OutputTensor(
            "affinities",
            "Probability that a voxel and the one before it, along z, y, x, are one neurite",
            ("affinity z", "affinity y", "affinity x"),
        ),
        OutputTensor("foreground", "Probability of lying inside a neurite", ("foreground",)),
    ),
    (
        *(
            {"meaning": "affinity", "output": "affinities", "channel": i, "offset": list(offset)}
            for i, offset in enumerate(NEAREST)
        ),
        {"meaning": "foreground", "output": "foreground", "channel": 0},
    ),
)
"""Outputs and the meaning of their channels, of networks with three nearest affinities and foreground."""


@dataclass(frozen=True)
class PackageFacts:
    """What a package says about its network that the network itself does not."""

    id: str
    name: str
    description: str
    version: str
    license: str
    authors: tuple[dict[str, str], ...]
    cite: tuple[dict[str, str], ...]
    tags: tuple[str, ...]
    targets: tuple[dict[str, Any], ...]
    postprocessing: dict[str, Any]
    scores: tuple[dict[str, Any], ...] = ()
    """What was measured on data that the network was not trained on, as `config.fascicle.scores`."""
    blending: dict[str, float] | None = None
    """How the program averages tiles where they overlap, as `config.fascicle.blending`; None cuts them."""
    preliminary: bool = False
    """Whether the program takes it only where it is named."""
    parent: str | None = None
    """Id of the package that the network was trained on from."""
    timestamp: str = field(default_factory=lambda: datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


@dataclass(frozen=True)
class NetworkFacts:
    """What tiling must know of a network."""

    stride: Radius
    receptive_field_radius: Radius
    min_size: Radius
    """Smallest accepted input, (z, y, x)."""
    outputs: tuple[OutputTensor, ...]
    channels: tuple[dict[str, Any], ...]
    """Meaning of the output channels, as `config.fascicle.channels`."""
    fixed_size: bool = False
    """Whether `min_size` is the only size: what a network that normalises over its tile asks for."""
    preprocessing: tuple[Step, ...] = WHITENING
    """Steps from intensities to what the network takes."""
    empty_tile_deviation: float | None = None
    """Deviation of a tile, after these steps, below which the program does not run it; None runs all."""


@contextmanager
def new_package(folder: Path, card: str) -> Iterator[Path]:
    """A folder with a card to write a package into, which becomes `folder` when all went well and goes when not."""
    if folder.exists():
        raise ValueError(f"{folder} exists; name a folder that does not, or remove it")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
        partial = Path(name) / "package"
        partial.mkdir()
        (partial / "README.md").write_text(card)
        yield partial
        partial.rename(folder)


def write_package(
    folder: Path,
    network: nn.Module,
    facts: PackageFacts,
    net: NetworkFacts,
    test_image: NDArray[np.generic],
    half: bool = False,
) -> float:
    """Writes weights, test tensors and description into `folder`, which must hold the card README.md already.

    `network` maps preprocessed (1, 1, z, y, x) to a tuple of probabilities, one per output. `test_image` is (z, y, x)
    as it comes from a volume, not preprocessed; a real piece of tissue tells more than noise. With `half`, weights are
    rounded to half precision, which halves the file. Returns the largest difference between PyTorch and ONNX Runtime on
    the image, and refuses a package where that exceeds MAX_DIFFERENCE.
    """
    card = folder / "README.md"
    if not card.exists():
        raise ValueError(f"{card} is missing: a package without a card says nothing of its data and limits")
    if half:
        network = with_half_weights(network)
    image = test_image[None, None].astype(np.float32)
    prepared = preprocess(image, net.preprocessing)
    names = [output.id for output in net.outputs]
    write_onnx(network, folder / WEIGHTS, prepared.shape, "raw", names, free_size=not net.fixed_size)
    store_half_weights(folder / WEIGHTS)
    expected = run_onnx(folder / WEIGHTS, prepared)
    with torch.no_grad():
        reference = network(torch.from_numpy(prepared))
    difference = max(float(np.abs(e - r.numpy()).max()) for e, r in zip(expected, reference, strict=True))
    if difference > MAX_DIFFERENCE:
        raise ValueError(f"PyTorch and ONNX Runtime differ by {difference}; at most {MAX_DIFFERENCE} is accepted")
    np.save(folder / "test_raw.npy", image)
    for name, values in zip(names, expected, strict=True):
        np.save(folder / f"test_{name}.npy", values)
    (folder / "rdf.yaml").write_text(
        yaml.safe_dump(describe(folder, facts, net), sort_keys=False, allow_unicode=True, width=120)
    )
    return difference


def describe(folder: Path, facts: PackageFacts, net: NetworkFacts) -> dict[str, Any]:
    """The description of a folder whose weights and test tensors are written."""
    halo = halo_for(net.receptive_field_radius, net.stride)
    steps = zip(SPATIAL, net.min_size, net.stride, strict=True)
    raw_axes = [
        {"type": "batch", "size": 1},
        {"type": "channel", "channel_names": ["intensity"]},
        *(
            {"type": "space", "id": axis, "size": size if net.fixed_size else {"min": size, "step": step}}
            for axis, size, step in steps
        ),
    ]
    return {
        "type": "model",
        "format_version": FORMAT_VERSION,
        "id": facts.id,
        "name": facts.name,
        "description": facts.description,
        "version": facts.version,
        "timestamp": facts.timestamp,
        "authors": list(facts.authors),
        "license": facts.license,
        "cite": list(facts.cite),
        "tags": list(facts.tags),
        **({} if facts.parent is None else {"parent": {"id": facts.parent}}),
        "documentation": "README.md",
        "inputs": [
            {
                "id": "raw",
                "description": "Electron microscopy with dark membranes",
                "axes": raw_axes,
                "data": {"type": "float32"},
                "test_tensor": _file(folder / "test_raw.npy"),
                "preprocessing": [
                    {"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
                    *({"id": step.id, "kwargs": dict(step.kwargs)} for step in net.preprocessing),
                ],
            }
        ],
        "outputs": [
            {
                "id": output.id,
                "description": output.description,
                "axes": [
                    {"type": "batch", "size": 1},
                    {"type": "channel", "channel_names": list(output.channel_names)},
                    *(
                        {"type": "space", "id": axis, "size": {"tensor_id": "raw", "axis_id": axis}, "halo": margin}
                        for axis, margin in zip(SPATIAL, halo, strict=True)
                    ),
                ],
                "data": {"type": "float32", "range": [0.0, 1.0]},
                "test_tensor": _file(folder / f"test_{output.id}.npy"),
            }
            for output in net.outputs
        ],
        "weights": {"onnx": {**_file(folder / WEIGHTS), "opset_version": OPSET}},
        "config": {
            "bioimageio": {
                "reproducibility_tolerance": [
                    {
                        "relative_tolerance": 1.0e-3,
                        "absolute_tolerance": 1.0e-3,
                        "mismatched_elements_per_million": 100,
                    }
                ]
            },
            "fascicle": {
                "version": 1,
                "receptiveFieldRadius": list(net.receptive_field_radius),
                "stride": list(net.stride),
                "targets": list(facts.targets),
                "channels": list(net.channels),
                **({} if net.empty_tile_deviation is None else {"emptyTileDeviation": net.empty_tile_deviation}),
                **({} if facts.blending is None else {"blending": facts.blending}),
                **({"preliminary": True} if facts.preliminary else {}),
                **({"scores": list(facts.scores)} if facts.scores else {}),
                "postprocessing": facts.postprocessing,
            },
        },
    }


def check_package(folder: Path) -> dict[str, float]:
    """Compares the checksums and runs the test tensor; largest absolute difference per output."""
    description = yaml.safe_load((folder / "rdf.yaml").read_text())
    tensors = [*description["inputs"], *description["outputs"]]
    for entry in [description["weights"]["onnx"], *(t["test_tensor"] for t in tensors)]:
        found = sha256_of(folder / entry["source"])
        if found != entry["sha256"]:
            raise ValueError(f"{entry['source']}: sha256 is {found}, the description says {entry['sha256']}")
    image = np.load(folder / description["inputs"][0]["test_tensor"]["source"])
    steps = [Step(step["id"], step["kwargs"]) for step in description["inputs"][0]["preprocessing"][1:]]
    results = run_onnx(folder / description["weights"]["onnx"]["source"], preprocess(image, steps))
    return {
        output["id"]: float(np.abs(np.load(folder / output["test_tensor"]["source"]) - values).max())
        for output, values in zip(description["outputs"], results, strict=True)
    }


def _file(path: Path) -> dict[str, str]:
    return {"source": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
