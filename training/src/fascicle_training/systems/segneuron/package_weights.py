"""Weights of a package, read back into a network that can be trained: no package needs to ship anything but ONNX."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import Tensor

from ...export.onnx_file import read_weights, sha256_of, uses_of_weight
from ...export.symmetry import SYMMETRIES, Symmetry
from .network import BOTTLENECK, SegNeuronConfig, SegNeuronNetwork

FIRST = "encoder.blocks.row1_level0.flat.0.0.weight"


@dataclass(frozen=True)
class BasePackage:
    """A package that can be trained on."""

    folder: Path
    description: dict[str, Any]
    """Its rdf.yaml."""
    weights_sha256: str
    network: SegNeuronNetwork
    tile: tuple[int, int, int]
    """z, y, x."""
    symmetries: tuple[Symmetry, ...]
    """Which it is averaged over."""


def read_package(folder: Path) -> BasePackage:
    """Reads a package of this system; refuses others, and weights that are not those that the description names."""
    path = folder / "rdf.yaml"
    if not path.exists():
        raise ValueError(f"{folder} is no model package: it has no rdf.yaml")
    description = yaml.safe_load(path.read_text())
    onnx = description["weights"]["onnx"]
    file = folder / onnx["source"]
    found = sha256_of(file)
    if found != onnx["sha256"]:
        raise ValueError(f"{file} is not the file that rdf.yaml describes: sha256 {found}, it says {onnx['sha256']}")
    tile = tuple(axis["size"] for axis in description["inputs"][0]["axes"][2:])
    weights = read_weights(file)
    first = next((name for name in weights if name.endswith(FIRST)), None)
    if first is None or not all(isinstance(n, int) for n in tile):
        raise ValueError(f"{folder} holds a network of another kind; `finetune` goes on from packages of SegNeuron")
    prefix = first.removesuffix(FIRST)
    state = {name.removeprefix(prefix): torch.from_numpy(value.copy()) for name, value in weights.items()}
    symmetries = {len(known): known for known in SYMMETRIES.values()}[uses_of_weight(file, first)]
    return BasePackage(folder, description, found, network_with(state), tile, symmetries)


def network_with(weights: dict[str, Tensor]) -> SegNeuronNetwork:
    """The network of these weights; other names among them, and extents of 1 that the export added, do no harm."""
    widths = [
        int(weights[f"encoder.blocks.row1_level{level}.flat.0.0.weight"].shape[0]) for level in range(BOTTLENECK + 1)
    ]
    network = SegNeuronNetwork(SegNeuronConfig(tuple(widths)))
    network.load_state_dict({name: weights[name].reshape(own.shape) for name, own in network.state_dict().items()})
    return network.eval()
