"""What the subcommands do. Imports wait until they are needed, so that `--help` is quick."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any


def system_of(config: Path) -> str:
    """Which system a configuration is for; `unet` where it does not say."""
    import yaml

    return str(yaml.safe_load(config.read_text()).get("system", "unet"))


def pretrain(options: Namespace) -> None:
    """The first stage of SegNeuron."""
    from .systems.segneuron import stages
    from .systems.segneuron.config import read_config

    stages.pretrain(read_config(options.config), options.data, options.folder, options.max_steps)


def train(options: Namespace) -> None:
    """The U-Net's only stage, or SegNeuron's second."""
    if system_of(options.config) == "segneuron":
        from .systems.segneuron import stages
        from .systems.segneuron.config import read_config as read_segneuron

        config = read_segneuron(options.config)
        stages.finetune(config, options.data, options.folder, options.max_steps, start=options.start)
        return
    from .systems.unet.config import read_config
    from .systems.unet.training import Trainer, load_source

    if options.start is not None:
        raise ValueError("`--from` is for segneuron; a U-Net begins anew, or goes on in its own folder")
    config = read_config(options.config)
    trainer = Trainer(config, [load_source(source, options.data) for source in config.sources], options.folder)
    if trainer.resume():
        print(f"going on at step {trainer.step}, after {trainer.elapsed:.0f} s")
    trainer.run(options.max_steps)


def finetune(options: Namespace) -> None:
    """A package and an export of the workstation to a new package."""
    from .systems.segneuron.correction import Correction, finetune_on_export

    correction = Correction(options.steps, options.rate, options.batch, options.seed, options.device, options.threads)
    difference = finetune_on_export(options.export, options.base, options.out, correction, options.raw)
    print(f"{options.out}: PyTorch and ONNX Runtime differ by at most {difference:.2e}")


def evaluate(options: Namespace) -> None:
    """Scores on the held-out sections."""
    if system_of(options.config) == "segneuron":
        _evaluate_segneuron(options)
    else:
        _evaluate_unet(options)


def _evaluate_segneuron(options: Namespace) -> None:
    from .systems.segneuron.measurement import chosen_rows

    measured = _measured(options)
    weights = measured["weights"]
    for volume in measured["volumes"]:
        where = {"step": weights["steps"], "seconds": weights["seconds"], "volume": volume["name"]}
        lines = [{**row, "segmentation_seconds": row["seconds"], **where} for row in volume["rows"]]
        for line in lines:
            print(json.dumps(line))
        for line in chosen_rows(lines):
            print(json.dumps({"chosen": True, **line}))
            if options.log is not None:
                _append_json(options.log, line)


def _measured(options: Namespace) -> dict[str, Any]:
    """What the weights of a run score, measured as far as it is not in the file `--measured`."""
    from .evaluation.program_sweep import Sweep, Watershed
    from .systems.segneuron.config import read_config
    from .systems.segneuron.evaluation import Scope
    from .systems.segneuron.measurement import measure

    sweep = Sweep(
        supervoxels=tuple(options.supervoxels),
        watersheds=tuple(Watershed(high, size) for high, size in options.watershed or ()),
        betas=tuple(options.beta or Sweep.betas),
        thresholds=tuple(sorted(options.threshold or Sweep.thresholds)),
        min_size=options.min_size[0],
    )
    scope = Scope(options.only, options.whole, options.bfloat16, options.blend, options.symmetries)
    return measure(read_config(options.config), options.weights, options.data, sweep, scope, options.measured)


def package(options: Namespace) -> None:
    """Weights of a SegNeuron run to a package with the values, scores and card that were measured."""
    from .pages import put_into
    from .systems.segneuron.card import page_text
    from .systems.segneuron.config import read_config
    from .systems.segneuron.packaging import Materials, write_measured_package

    if options.folder.exists():
        raise ValueError(f"{options.folder} exists; name a folder that does not, or remove it")
    measured = _measured(options)
    materials = Materials(options.facts, options.card, measured)
    config = read_config(options.config)
    difference = write_measured_package(
        config, options.weights, options.folder, materials, options.data, half=options.half
    )
    if options.page is not None:
        put_into(options.page, "package", page_text(measured))
    print(f"{options.folder}: PyTorch and ONNX Runtime differ by at most {difference:.2e}")


def _evaluate_unet(options: Namespace) -> None:
    from .export.symmetry import SYMMETRIES
    from .optimisation.checkpoint import load_checkpoint
    from .systems.unet import evaluation
    from .systems.unet.config import read_config

    config = read_config(options.config)
    entries = [entry for entry in config.validation if options.only in (None, entry.name)]
    volumes = [evaluation.load_validation(entry, options.data) for entry in entries]
    symmetries = SYMMETRIES[options.symmetries]
    probabilities = evaluation.predict_all(config, options.weights, volumes, options.bfloat16, symmetries)
    state = load_checkpoint(options.weights)
    for entry, volume, probability in zip(entries, volumes, probabilities, strict=True):
        best = evaluation.sweep_volume(
            probability, volume, options.low, options.high, options.size_threshold, options.min_size, options.restrict
        )
        for scored in best[: options.rows]:
            print(json.dumps({"volume": volume.name, **scored.row()}))
        if options.baselines:
            isotropic = entry.voxel_size_nm[0] == entry.voxel_size_nm[1]
            for row in evaluation.baseline_rows(volume, probability, isotropic):
                print(json.dumps({"volume": volume.name, "baseline": row}))
        if options.log is not None:
            where = {"step": state["step"], "seconds": state["elapsed"], "volume": volume.name}
            _append_json(options.log, {**where, **best[0].row()})


def export(options: Namespace) -> None:
    """Averaged weights of a run to a package."""
    from .export.facts import read_facts
    from .export.package import write_package
    from .export.symmetry import SYMMETRIES

    if system_of(options.config) == "segneuron":
        from .systems.segneuron import export as system
        from .systems.segneuron.config import read_config
    else:
        from .systems.unet import export as system
        from .systems.unet.config import read_config

    config = read_config(options.config)
    image = system.package_test_image(config, options.data)
    network, net = system.exportable(config, options.weights, SYMMETRIES[options.symmetries])
    difference = write_package(options.folder, network, read_facts(options.facts), net, image, options.half)
    print(f"{options.folder}: PyTorch and ONNX Runtime differ by at most {difference:.2e}")


def convert(options: Namespace) -> None:
    """The released weights to a package."""
    from .systems.segneuron.released import convert as convert_released

    difference = convert_released(options.weights, options.out, options.facts, tuple(options.tile))
    print(f"{options.out}: PyTorch and ONNX Runtime differ by at most {difference:.2e}")


def average(options: Namespace) -> None:
    """The mean of several runs' weights."""
    from .optimisation.checkpoint import save_checkpoint
    from .systems.segneuron.soup import mean_of_weights

    save_checkpoint(options.out, mean_of_weights(options.weights))
    print(f"{options.out}: the mean of {len(options.weights)} runs")


def check(options: Namespace) -> None:
    """Checksums and test tensor of a package."""
    from .export.package import check_package

    print(json.dumps(check_package(options.folder)))


def plot(options: Namespace) -> None:
    """Curves of a run."""
    from .evaluation.curves import draw_curves

    draw_curves(options.folder, options.picture)


def ablate(options: Namespace) -> None:
    """Variants of a plan, and their table."""
    from .ablation.plan import read_plan
    from .ablation.run import gather_seeds, run_seeds
    from .ablation.table import markdown
    from .pages import put_into

    plan = read_plan(options.plan)
    rows = (
        gather_seeds(plan, options.folder)
        if options.table_only
        else run_seeds(plan, options.data, options.folder, options.network)
    )
    text = markdown(rows, plan)
    if options.page is None:
        print(text)
    else:
        put_into(options.page, f"ablate {options.plan.name}", text)


def _append_json(path: Path, values: dict[str, object]) -> None:
    with path.open("a") as file:
        file.write(json.dumps(values) + "\n")
