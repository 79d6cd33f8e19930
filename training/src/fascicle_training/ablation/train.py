"""Trains the networks of a comparison, each in its own folder; what is done is not done again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..data.program_phantom import phantom_file
from ..data.resampling import refine_probabilities
from ..evaluation.inference import normalise, predict_volume
from ..export.receptive_field import halo_for
from ..systems.segneuron import stages
from ..systems.segneuron.config import SegNeuronRunConfig
from ..systems.segneuron.export import load_averaged as load_segneuron
from ..systems.segneuron.network import Probabilities
from ..systems.segneuron.trainer import CHECKPOINT
from ..systems.segneuron.validation import Window, predict_window
from ..systems.unet import evaluation as unet_evaluation
from ..systems.unet.config import parse_config as parse_unet
from ..systems.unet.export import load_averaged as load_unet
from ..systems.unet.export import measure_radius
from ..systems.unet.inference import InferenceNetwork
from ..systems.unet.training import Trainer, load_source
from ..targets.affinities import NEAREST

UNET = "plain U-Net"


@dataclass(frozen=True)
class Trained:
    """A network of a comparison, ready to be scored."""

    predict: Callable[[Window], NDArray[np.float32]]
    """Probabilities (4, z, y, x) of a window: three affinities, then foreground."""
    steps: int
    """Of fine-tuning."""
    seconds: float
    """Of training, pretraining included."""


def folder_name(variant: str) -> str:
    """A folder's name for a variant's."""
    return re.sub(r"\W+", "-", variant).strip("-")


def train_segneuron(
    config: SegNeuronRunConfig, data: Path, folder: Path, variant: str, blending: float | None
) -> Trained:
    """Trains a variant, or goes on.

    Variants that pretrain alike share one pretraining, which counts in full for each of them.
    """
    seconds, pretrained = 0.0, None
    # Windows are scored at the end, with the program, and not at snapshots.
    quiet = replace(config, validation=())
    if config.finetuning.pretrained:
        shared = folder / ("pretraining-gradients" if config.pretraining.gradients else "pretraining-image")
        seconds += stages.pretrain(quiet, data, shared).elapsed
        pretrained = shared / "pretraining" / CHECKPOINT
    own = folder / folder_name(variant)
    run = stages.finetune(quiet, data, own, pretrained=pretrained)
    network = load_segneuron(config, own / "finetuning" / CHECKPOINT)

    def predict(window: Window) -> NDArray[np.float32]:
        torch.set_num_threads(config.threads)
        return predict_window(Probabilities(network), window, config, config.bfloat16, blending)

    return Trained(predict, run.step, seconds + run.elapsed)


def train_unet(
    fields: dict[str, Any], reference: SegNeuronRunConfig, data: Path, folder: Path, seconds: float
) -> Trained:
    """Trains the plain U-Net with its own recipe on the labelled volumes of the reference, drawn as often as there.

    It gets as many threads and workers as the reference: equal seconds are no equal cost otherwise.
    """
    # Absolute, since other files are found from the data folder.
    phantoms = (folder / "phantoms").resolve()
    sources = [source for source in reference.sources if source.labelled]
    groups = [source.group for source in sources]
    values = {
        "seed": reference.seed,
        "threads": reference.threads,
        "workers": reference.workers,
        **fields,
        "sources": [
            {
                "file": str(
                    phantom_file(
                        phantoms,
                        source.phantom.shape,
                        source.phantom.voxel_size_nm,
                        source.phantom.seed,
                    )
                    if source.phantom
                    else data / str(source.file)
                ),
                "voxel_size_nm": [1.0, 1.0, 1.0],
                "weight": reference.group_weights.get(source.group, 1.0) / groups.count(source.group),
                "sections": source.sections,
                "z_steps": list(source.z_steps),
                "border_in_z": source.border_in_z,
            }
            for source in sources
        ],
        "optimisation": {"budget_seconds": seconds, "warmup_seconds": seconds / 50, "average_decay": 0.98},
    }
    config = parse_unet(values)
    own = folder / folder_name(UNET)
    trainer = Trainer(config, [load_source(source, data) for source in config.sources], own)
    trainer.resume()
    trainer.run()
    network = load_unet(config, own / "checkpoint.pt")
    halo = halo_for(measure_radius(network.config), network.config.stride)
    run = unet_evaluation.predictor(InferenceNetwork(network), config.bfloat16)

    def predict(window: Window) -> NDArray[np.float32]:
        torch.set_num_threads(config.threads)
        # The mean of the window stands for that of the volume: both come from the same few sections.
        image = normalise(window.image, float(window.image.mean()), float(window.image.std()))
        return refine_probabilities(predict_volume(run, image, halo), window.zoom, NEAREST, window.truth.shape)

    return Trained(predict, trainer.step, trainer.elapsed)
