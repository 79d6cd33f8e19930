"""The weights that SegNeuron's authors released, as weights of our network.

Their names of modules, from the public code: `down<r><j>` and `up<r><j>` lie in row r, the j-th from the left;
`bottleneck<r>` ends a row of the encoder. Each holds `CB2d` and `CB3d`, as far as it has the stream, of `conv1` and
`conv2`, of `conv` and `norm`. Plain names belong to the affinities, `up.._` to the foreground; `outputs.0` and
`outputs2.0` are the heads that are used, the other six of each list are left over from deep supervision.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...data.phantom import phantom_volume
from ...export.facts import read_facts
from ...export.onnx_file import sha256_of
from ...export.package import PackageFacts, new_package, write_package
from .export import network_facts
from .network import BOTTLENECK, InferenceNetwork, Place, SegNeuronConfig, SegNeuronNetwork

WEIGHTS_KEY = "model_weights"
"""Where their training script puts the state dict in its checkpoints."""
STREAMS = {"CB2d": "flat", "CB3d": "full"}
PARTS = {"conv": 0, "norm": 1}
HEADS = {"outputs.0.weight": "heads.0.weight", "outputs2.0.weight": "heads.1.weight"}
UNUSED_HEAD = re.compile(r"outputs2?\.[1-6]\.weight")
NAME = re.compile(
    r"(?:(?P<kind>down|up)(?P<row>\d)(?P<place>\d)(?P<other>_?)|bottleneck(?P<end>\d))"
    r"\.(?P<stream>CB[23]d)\.conv(?P<unit>[12])\.(?P<part>conv|norm)\.(?P<leaf>weight|bias)"
)

CARD = """# SegNeuron, converted

Weights that the authors of SegNeuron released, converted by `fascicle-train convert` from `{source}`
(sha256 `{sha256}`).

Zhang, Guo, Zhai et al., "SegNeuron: 3D Neuron Instance Segmentation in Any EM Volume with a Generalist Model", MICCAI
2024. Weights and training data are under the terms of their authors, which this package does not change.

- Input: grey values with dark membranes, 5 to 10 nm in plane and 8 to 50 nm between sections; percentiles 0.5 and 99.5
  of the volume become 0 and 1 (the authors divide 8-bit images by 255).
- One tile, {tile}; a quarter is cut off each side.
- Segmentation as published: affinities restricted to foreground, supervoxels of sections, multicut with beta 0.25.
- Nothing was measured by the converter. The test tensor is a made-up volume.
"""

FACTS = PackageFacts(
    id="segneuron-released",
    name="SegNeuron, as released by its authors",
    description="Generalist affinities and foreground of neurites in electron microscopy; converted weights",
    version="1.0.0",
    license="other",
    authors=({"name": "Yanchao Zhang et al."},),
    cite=(
        {
            "text": "Zhang Y. et al. SegNeuron: 3D Neuron Instance Segmentation in Any EM Volume with a Generalist "
            "Model. MICCAI 2024",
            "doi": "10.1007/978-3-031-72111-3_55",
        },
    ),
    tags=("electron-microscopy", "neurons", "instance-segmentation", "affinities", "3d", "segneuron"),
    targets=(
        {"name": "serial sections", "voxelSizeNm": [30, 8, 8], "acceptedNm": {"min": [8, 5, 5], "max": [50, 10, 10]}},
    ),
    postprocessing={
        "foregroundRestriction": True,
        "supervoxels": {"method": "distance-transform-2d"},
        "agglomeration": {"method": "multicut", "beta": 0.25},
    },
)


def our_name(released: str) -> str | None:
    """Our name of one of their parameters; None for a head that no output uses. Raises ValueError for unknown names."""
    if released in HEADS:
        return HEADS[released]
    if UNUSED_HEAD.fullmatch(released):
        return None
    found = NAME.fullmatch(released)
    if found is None:
        raise ValueError(
            f"{released} is no parameter of SegNeuron; expected names such as down11.CB2d.conv1.conv.weight"
        )
    row, level = _place(found)
    where = f"decoders.{1 if found['other'] else 0}" if found["kind"] == "up" else "encoder"
    unit = f"{STREAMS[found['stream']]}.{int(found['unit']) - 1}.{PARTS[found['part']]}.{found['leaf']}"
    return f"{where}.blocks.row{row}_level{level}.{unit}"


def _place(found: re.Match[str]) -> Place:
    if found["end"] is not None:
        return int(found["end"]), BOTTLENECK
    row, place = int(found["row"]), int(found["place"])
    return row, row + place - 2 if found["kind"] == "down" else BOTTLENECK - place


def our_state(released: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Their state dict under our names; the prefix that DataParallel adds and unused heads are dropped."""
    plain = {name.removeprefix("module."): value for name, value in released.items()}
    named = {our_name(name): value for name, value in plain.items()}
    return {name: value for name, value in named.items() if name is not None}


def network_of(released: Mapping[str, Tensor]) -> SegNeuronNetwork:
    """Our network with their weights; its widths are those of the weights."""
    state = our_state(released)
    try:
        firsts = [state[f"encoder.blocks.row1_level{level}.flat.0.0.weight"] for level in range(BOTTLENECK + 1)]
    except KeyError as error:
        raise ValueError(
            f"the weights lack the module that we call {error}: they are not those of SegNeuron"
        ) from error
    network = SegNeuronNetwork(SegNeuronConfig(tuple(int(first.shape[0]) for first in firsts)))
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(f"the weights are not those of SegNeuron: {error}") from error
    return network.eval()


def read_released(path: Path) -> dict[str, Tensor]:
    """Reads tensors only, bare or in a checkpoint of their training script; a file that holds code is refused."""
    loaded: Any = torch.load(path, map_location="cpu", weights_only=True)
    state = loaded.get(WEIGHTS_KEY, loaded) if isinstance(loaded, dict) else None
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError(f"{path}: expected a state dict, or a checkpoint with one under {WEIGHTS_KEY}")
    return state


def convert(path: Path, folder: Path, facts: Sequence[Path], tile: tuple[int, int, int]) -> float:
    """Writes a package from released weights; returns the largest difference between PyTorch and ONNX Runtime.

    `facts` are YAML files whose keys replace those of FACTS. A card is written too.
    """
    network = network_of(read_released(path))
    card = CARD.format(source=path.name, sha256=sha256_of(path), tile=" x ".join(map(str, tile)))
    image = phantom_volume(tile, 24, 1).raw.astype(np.float32)
    with new_package(folder, card) as partial:
        return write_package(partial, InferenceNetwork(network), read_facts(facts, FACTS), network_facts(tile), image)
