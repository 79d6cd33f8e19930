"""From the averaged weights of a run to a model package with one tile size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ...export.package import AFFINITIES_AND_FOREGROUND, NetworkFacts
from ...export.preprocessing import percentile_range
from ...export.symmetry import SymmetricNetwork, Symmetry
from ...optimisation.checkpoint import load_checkpoint
from .config import SegNeuronRunConfig
from .network import BOTTLENECK, InferenceNetwork, SegNeuronNetwork, load_trained
from .tissue import PERCENTILES
from .validation import MARGIN

EMPTY_TILE_DEVIATION = 0.008
"""Two of 255 grey values: instance normalisation makes something of the noise of empty resin."""


def load_averaged(config: SegNeuronRunConfig, weights: Path) -> SegNeuronNetwork:
    """The averaged network of a fine-tuning checkpoint or snapshot, for inference."""
    state = load_checkpoint(weights)
    if state["stage"] != "finetuning":
        raise ValueError(f"{weights} is of the stage {state['stage']}; packages are made of fine-tuned weights")
    network = SegNeuronNetwork(config.network)
    load_trained(network, state["average"])
    return network.to(memory_format=torch.channels_last_3d).eval()


def network_facts(tile: tuple[int, int, int]) -> NetworkFacts:
    """One tile; the margin that is cut off it stands where other networks have their receptive field.

    Instance normalisation looks at the whole tile, so no margin is enough for results that do not depend on the tiling.
    The margin is a quarter of the tile, the overlap that the authors blend over.
    """
    step = 2**BOTTLENECK
    outputs, channels = AFFINITIES_AND_FOREGROUND
    return NetworkFacts(
        stride=(1, step, step),
        receptive_field_radius=MARGIN,
        min_size=tile,
        outputs=outputs,
        channels=channels,
        fixed_size=True,
        preprocessing=percentile_range(*PERCENTILES),
        empty_tile_deviation=EMPTY_TILE_DEVIATION,
    )


def package_test_image(config: SegNeuronRunConfig, data: Path) -> NDArray[np.uint8]:
    """A tile of the first validation entry whose licence lets it be redistributed."""
    for entry in config.validation:
        if entry.redistributable:
            z, y, x = config.tile
            start = entry.sections[0]
            with h5py.File(data / entry.file, "r") as file:
                return file["raw"][start : start + z, :y, :x]
    raise ValueError("no validation entry is `redistributable`: a package carries a test image that may be passed on")


def exportable(
    config: SegNeuronRunConfig, weights: Path, symmetries: Sequence[Symmetry] = (Symmetry(),)
) -> tuple[nn.Module, NetworkFacts]:
    """The averaged network as packages run it, over the symmetries, and what tiling must know of it."""
    network = InferenceNetwork(load_averaged(config, weights))
    return SymmetricNetwork(network, symmetries), network_facts(config.tile)
