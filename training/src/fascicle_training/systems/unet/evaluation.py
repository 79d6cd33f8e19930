"""Scores of a run on its held-out sections: sweeps, baselines, curves over snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ...evaluation.baseline import components_baseline, darkness
from ...evaluation.held_out import HeldOut, load_held_out, predict_held_out
from ...evaluation.inference import Predict
from ...evaluation.segmentation import Scored, quantise, sweep
from ...export.receptive_field import halo_for
from ...export.symmetry import SymmetricNetwork, Symmetry
from ...metrics.partition import evaluate
from .config import TrainingConfig, ValidationConfig
from .export import load_averaged, measure_radius
from .inference import InferenceNetwork

THRESHOLDS = tuple(np.arange(0.1, 0.96, 0.05).round(2).tolist())


def predictor(network: nn.Module, bfloat16: bool) -> Predict:
    """A function over numpy arrays; bfloat16 is several times as fast and good enough for curves."""
    network = network.to(memory_format=torch.channels_last_3d)

    def predict(image: NDArray[np.float32]) -> NDArray[np.float32]:
        tensor = torch.from_numpy(image).contiguous(memory_format=torch.channels_last_3d)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            return torch.cat(network(tensor), dim=1).float().numpy()

    return predict


def load_validation(config: ValidationConfig, data: Path) -> HeldOut:
    """Reads the sections of one entry."""
    return load_held_out(config.name, data / config.file, config.voxel_size_nm, config.in_plane_factor, config.sections)


def predict_all(
    config: TrainingConfig,
    weights: Path,
    volumes: Sequence[HeldOut],
    bfloat16: bool,
    symmetries: Sequence[Symmetry] = (Symmetry(),),
) -> list[NDArray[np.float32]]:
    """Quantised probabilities of the averaged network on each volume."""
    torch.set_num_threads(config.threads)
    network = load_averaged(config, weights)
    stride = network.config.stride
    halo = halo_for(measure_radius(network.config, symmetries), stride)
    predict = predictor(SymmetricNetwork(InferenceNetwork(network), symmetries), bfloat16)
    return [quantise(predict_held_out(volume, predict, halo)) for volume in volumes]


def sweep_volume(
    probability: NDArray[np.float32],
    volume: HeldOut,
    lows: Sequence[float],
    highs: Sequence[float],
    gates: Sequence[int],
    sizes: Sequence[int],
    restrict: bool,
    thresholds: Sequence[float] = THRESHOLDS,
) -> list[Scored]:
    """The sweep on one volume, best VI first; `restrict` lowers each affinity to the foreground of its voxel."""
    affinities = np.minimum(probability[:3], probability[3:]) if restrict else probability[:3]
    return sorted(sweep(affinities, volume.truth, lows, highs, gates, thresholds, sizes), key=lambda s: s.scores.total)


def baseline_rows(volume: HeldOut, probability: NDArray[np.float32] | None, isotropic: bool) -> list[dict[str, Any]]:
    """Threshold and connected components, on grey values and on the network's foreground, over all thresholds."""
    maps = {"grey values": darkness(volume.raw, (1.0, 1.0, 1.0) if isotropic else (0.5, 1.0, 1.0))}
    if probability is not None:
        maps["foreground"] = 1.0 - probability[3]
    rows = []
    for name, boundary in maps.items():
        for threshold in np.arange(0.1, 0.95, 0.1).round(2).tolist():
            result = evaluate(volume.truth, components_baseline(boundary, threshold, 300))
            rows.append(
                {
                    "boundary": name,
                    "threshold": threshold,
                    "voi": round(result.total, 4),
                    "are": round(result.adapted_rand_error, 4),
                }
            )
    return rows
