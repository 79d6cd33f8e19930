"""Goes on from a package with ground truth that people corrected in the workstation, and writes a new package."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...data.workstation_export import CorrectedVolume, read_export
from ...export.package import PackageFacts, new_package, write_package
from ...export.symmetry import SymmetricNetwork
from .config import FinetuningConfig, OptimiserConfig, PretrainingConfig, SegNeuronRunConfig
from .export import network_facts
from .finetuning import Finetuning
from .network import BOTTLENECK, InferenceNetwork
from .package_weights import BasePackage, read_package
from .tissue import Tissue, dense_labels, rescale
from .trainer import StageRun

LARGEST_CROP, SMALLEST_CROP = 96, 32
"""Pixels per side."""
ZOOM = 0.1
"""The field of view is scaled by up to this share, either way."""
ACCEPTED = (0.8, 1.25)
"""Voxel sizes that a target takes unchanged where it does not say; see docs/model-packages.md."""
ISOTROPIC = 1.5
"""Sections that are less than this many pixels thick show the membrane between neurites that touch along z."""

CARD = """# {name}

Trained on from `{base}` with ground truth that was corrected in Fascicle. All that the card of that package says about
input, output and limits holds; what was learned here comes from one project and was not measured on anything else.

| | |
| --- | --- |
| base | `{base}`, weights sha256 `{base_sha256}` |
| ground truth | project `{project}`, {reviewed:.0%} of {voxels} voxels; the others were not reviewed and not used |
| export | manifest sha256 `{manifest}` |
| log of edits | revision {revision}, sha256 `{edits}` |
| training | {steps} steps of {batch} crops of {crop}, rate {rate:g}, seed {seed}, {minutes:.1f} minutes on {device} |

Thresholds are those of the base. Licence: {license}, as the base; the volume may have terms of its own.
"""


@dataclass(frozen=True)
class Correction:
    """How it is trained."""

    steps: int
    rate: float
    batch: int
    seed: int
    device: str
    threads: int


def finetune_on_export(
    export: Path, base: Path, folder: Path, correction: Correction, raw: Path | None = None
) -> float:
    """Writes the package `folder`; returns the largest difference between PyTorch and ONNX Runtime.

    `export` is a folder with labels and manifest.json; `raw` says where the volume lies now if not where it was. Raises
    ValueError where hashes do not match, nothing is reviewed, or the volume does not suit the package.
    """
    package = read_package(base)
    volume = read_export(export, raw)
    tissue, side = _tissue(volume, package)
    config = _config(package, correction, side)
    with tempfile.TemporaryDirectory(prefix="fascicle-finetune-") as run_folder:
        run = StageRun(Finetuning(config), [tissue], Path(run_folder))
        run.start_with(package.network.state_dict())
        run.run()
    facts = _facts(package, volume)
    card = CARD.format(
        name=facts.name,
        base=facts.parent,
        base_sha256=package.weights_sha256,
        project=volume.name,
        reviewed=float((tissue.labels != -1).mean()),
        voxels=" x ".join(map(str, volume.labels.shape)),
        manifest=volume.manifest_sha256,
        revision=volume.edits["revision"],
        edits=volume.edits["sha256"],
        steps=run.step,
        batch=correction.batch,
        crop=" x ".join(map(str, config.crop)),
        rate=correction.rate,
        seed=correction.seed,
        minutes=run.elapsed / 60,
        device=correction.device,
        license=facts.license,
    )
    # The test image of the base may be passed on; the user's volume is nobody's business.
    image = np.load(base / package.description["inputs"][0]["test_tensor"]["source"])[0, 0]
    with new_package(folder, card) as partial:
        network = SymmetricNetwork(InferenceNetwork(run.average.network.cpu()), package.symmetries)
        return write_package(partial, network, facts, network_facts(package.tile), image)


def _tissue(volume: CorrectedVolume, package: BasePackage) -> tuple[Tissue, int]:
    """What crops are drawn from, and how many pixels their sides have."""
    ignored = () if volume.ignore_id is None else (volume.ignore_id,)
    labels = dense_labels(volume.labels, ignored)
    if not (labels > 0).any():
        raise ValueError(f"nothing in {volume.name} is marked as done: review some segments and export again")
    depth = package.tile[0]
    if labels.shape[0] < depth:
        raise ValueError(f"the export has {labels.shape[0]} sections; this network needs {depth}: export a larger box")
    zoom = in_plane_zoom(package.description["config"]["fascicle"]["targets"], volume.voxel_size_nm)
    step = 2**BOTTLENECK
    side = min(LARGEST_CROP, int(min(labels.shape[1:]) / (zoom * (1 - ZOOM))) // step * step)
    if side < SMALLEST_CROP:
        raise ValueError(
            f"the export is {labels.shape[1]} x {labels.shape[2]} pixels, {side} at the network's voxel size; "
            f"it needs {SMALLEST_CROP}: export a larger box"
        )
    size = volume.voxel_size_nm
    image = np.rint(rescale(volume.raw)[volume.window] * 255).astype(np.uint8)
    tissue = Tissue(
        volume.name,
        image,
        labels,
        zoom=(zoom * (1 - ZOOM), zoom * (1 + ZOOM)),
        min_labelled_fraction=0.1,
        border_in_z=size is not None and size[0] < ISOTROPIC * size[2],
    )
    return tissue, side


def in_plane_zoom(targets: list[dict[str, Any]], voxel_size_nm: tuple[float, float, float] | None) -> float:
    """Pixels of the volume per pixel of the network: 1 where a target takes the volume as it is.

    Raises ValueError where no target takes the distance of the sections.
    """
    if voxel_size_nm is None:
        return 1.0
    z, _, x = voxel_size_nm
    found = []
    for target in targets:
        own = target["voxelSizeNm"]
        least, most = ([n * share for n in own] for share in ACCEPTED)
        accepted = target.get("acceptedNm") or {"min": least, "max": most}
        if accepted["min"][0] <= z <= accepted["max"][0]:
            found.append(1.0 if accepted["min"][2] <= x <= accepted["max"][2] else own[2] / x)
    if not found:
        raise ValueError(f"sections {z:g} nm apart suit no target of the network; training does not resample z")
    return min(found, key=lambda zoom: abs(np.log(zoom)))


def _config(package: BasePackage, correction: Correction, side: int) -> SegNeuronRunConfig:
    optimiser = OptimiserConfig(rate=correction.rate, final_rate=correction.rate / 50, average_decay=0.98)
    return SegNeuronRunConfig(
        seed=correction.seed,
        sources=(),
        pretraining=PretrainingConfig(steps=1),
        # There is no second data set whose style could be mixed in.
        finetuning=FinetuningConfig(
            steps=correction.steps, batch=correction.batch, optimiser=optimiser, pretrained=False, frequency_mix=0.0
        ),
        network=package.network.config,
        crop=(package.tile[0], side, side),
        tile=package.tile,
        device=correction.device,
        threads=correction.threads,
    )


def _facts(package: BasePackage, volume: CorrectedVolume) -> PackageFacts:
    base = package.description
    own = base["config"]["fascicle"]
    short = volume.manifest_sha256[:8]
    parent = str(base.get("id", package.folder.name))
    return PackageFacts(
        id=f"{parent}-tuned-{short}",
        name=f"{base['name']}, tuned on {volume.name}",
        description=f"{parent}, trained on with the ground truth of export {short}",
        version="1.0.0",
        license=base.get("license", "unknown"),
        authors=tuple(base.get("authors", ())),
        cite=tuple(base.get("cite", ())),
        tags=tuple(base.get("tags", ())),
        targets=tuple(own["targets"]),
        postprocessing=own["postprocessing"],
        preliminary=bool(own.get("preliminary", False)),
        parent=parent,
    )
