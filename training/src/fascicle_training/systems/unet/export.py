"""From the averaged weights of a run to a model package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from ...data.volume import load_volume
from ...export.package import AFFINITIES_AND_FOREGROUND, NetworkFacts
from ...export.receptive_field import Radius, receptive_field_radius
from ...export.symmetry import SymmetricNetwork, Symmetry
from ...optimisation.checkpoint import load_checkpoint
from ...targets.affinities import NEAREST
from .config import TrainingConfig
from .inference import InferenceNetwork, LogitPair
from .network import AnisotropicUNet, UNetConfig
from .training import build_network

PROBE_REACH = (12, 80, 80)
"""Voxels; more than any network that is worth its halo."""

MIN_SIZE = (8, 64, 64)
"""Smallest input that packages accept; also the size of the test tensor, which should weigh little."""


def load_averaged(config: TrainingConfig, weights: Path) -> AnisotropicUNet:
    """The averaged network of a checkpoint or snapshot, for inference."""
    network = build_network(config)
    network.load_state_dict(load_checkpoint(weights)["average"])
    return network.eval()


def measure_radius(config: UNetConfig, symmetries: Sequence[Symmetry] = (Symmetry(),)) -> Radius:
    """Receptive-field radius; probed on a twin with one channel per level, since widths do not widen the field."""
    twin = AnisotropicUNet(replace(config, widths=(1,) * len(config.widths), out_channels=len(NEAREST) + 1))
    return receptive_field_radius(SymmetricNetwork(LogitPair(twin), symmetries), config.stride, PROBE_REACH)


def network_facts(network: AnisotropicUNet, symmetries: Sequence[Symmetry]) -> NetworkFacts:
    """Stride and receptive field of the network, averaged over the symmetries, with its two outputs."""
    stride = network.config.stride
    radius = measure_radius(network.config, symmetries)
    outputs, channels = AFFINITIES_AND_FOREGROUND
    return NetworkFacts(stride, radius, MIN_SIZE, outputs, channels)


def package_test_image(config: TrainingConfig, data: Path, shape: Radius = MIN_SIZE) -> NDArray[np.uint8]:
    """A piece of the first validation volume whose licence lets it be redistributed, see `redistributable`."""
    for entry in config.validation:
        if entry.redistributable:
            volume = load_volume(data / entry.file, entry.voxel_size_nm, entry.in_plane_factor)
            start = entry.sections[0] if entry.sections else 0
            z, y, x = shape
            return volume.raw[start : start + z, :y, :x]
    raise ValueError("no validation entry is `redistributable`: a package carries a test image that may be passed on")


def exportable(
    config: TrainingConfig, weights: Path, symmetries: Sequence[Symmetry] = (Symmetry(),)
) -> tuple[nn.Module, NetworkFacts]:
    """The averaged network as packages run it, over the symmetries, and what tiling must know of it."""
    network = load_averaged(config, weights)
    return SymmetricNetwork(InferenceNetwork(network), symmetries), network_facts(network, symmetries)
