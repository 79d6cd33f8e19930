"""The `fascicle-train` command: one subcommand per stage."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

SYMMETRY_NAMES = ("none", "rotations", "all")
SYMMETRY_HELP = "symmetries of a section that the network is averaged over: 1, 4 or 8 runs (%(default)s)"


def data_folder() -> Path:
    """FASCICLE_DATA, or `../shared/data` beside the repository."""
    configured = os.environ.get("FASCICLE_DATA")
    return Path(configured) if configured else Path(__file__).resolve().parents[4] / "shared" / "data"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(prog="fascicle-train", description="Trains networks and makes model packages.")
    root.add_argument("--data", type=Path, default=data_folder(), help="folder of labelled volumes (%(default)s)")
    commands = root.add_subparsers(dest="command", required=True)

    train = commands.add_parser("train", help="train, or go on where the folder's checkpoint ends")
    train.add_argument("config", type=Path)
    train.add_argument("folder", type=Path)
    train.add_argument("--max-steps", type=int, help="stop after so many steps in all, before the time budget")

    for name, purpose in (
        ("pretrain", "rebuild masked crops (system segneuron), or go on where the folder's checkpoint ends"),
        ("finetune", "train affinities and foreground from the folder's pretraining, or go on (system segneuron)"),
    ):
        stage = commands.add_parser(name, help=purpose)
        stage.add_argument("config", type=Path)
        stage.add_argument("folder", type=Path, help="folder of the run; each stage has its own folder in it")
        stage.add_argument("--max-steps", type=int, help="stop after so many steps in all")

    evaluate = commands.add_parser("evaluate", help="score weights on the held-out sections, over all thresholds")
    evaluate.add_argument("config", type=Path)
    evaluate.add_argument("weights", type=Path, help="checkpoint or snapshot")
    evaluate.add_argument("--only", help="name of one validation entry")
    evaluate.add_argument("--low", type=float, nargs="+", default=[0.0])
    evaluate.add_argument("--high", type=float, nargs="+", default=[0.99])
    evaluate.add_argument("--size-threshold", type=int, nargs="+", default=[0])
    evaluate.add_argument("--min-size", type=int, nargs="+", default=[300])
    evaluate.add_argument("--restrict", action="store_true", help="lower affinities to the foreground")
    evaluate.add_argument("--symmetries", choices=SYMMETRY_NAMES, default="none", help=SYMMETRY_HELP)
    evaluate.add_argument("--baselines", action="store_true", help="also threshold and connected components")
    evaluate.add_argument("--bfloat16", action="store_true", help="faster, with small differences")
    evaluate.add_argument("--rows", type=int, default=5, help="how many of the best to print (%(default)s)")
    evaluate.add_argument("--log", type=Path, help="add the best per volume to this JSON Lines file")

    export = commands.add_parser("export", help="write a model package")
    export.add_argument("config", type=Path)
    export.add_argument("weights", type=Path)
    export.add_argument("folder", type=Path, help="package folder; its card README.md must be there")
    export.add_argument("facts", type=Path, nargs="+", help="YAML with facts of the package; later files win")
    export.add_argument("--symmetries", choices=SYMMETRY_NAMES, default="none", help=SYMMETRY_HELP)

    check = commands.add_parser("check", help="compare a package's checksums and run its test tensor")
    check.add_argument("folder", type=Path)

    plot = commands.add_parser("plot", help="draw loss and VI over time (needs the extra `plots`)")
    plot.add_argument("folder", type=Path, help="folder of a run")
    plot.add_argument("picture", type=Path)
    return root


def main(arguments: list[str] | None = None) -> None:
    """Runs one subcommand. Imports wait until they are needed, so that `--help` is quick."""
    options = parser().parse_args(arguments)
    actions = {
        "train": _train,
        "pretrain": _stage,
        "finetune": _stage,
        "evaluate": _evaluate,
        "export": _export,
        "check": _check,
        "plot": _plot,
    }
    actions[options.command](options)


def system_of(config: Path) -> str:
    """Which system a configuration is for; `unet` where it does not say."""
    import yaml

    return str(yaml.safe_load(config.read_text()).get("system", "unet"))


def _train(options: argparse.Namespace) -> None:
    from .systems.unet.config import read_config
    from .systems.unet.training import Trainer, load_source

    config = read_config(options.config)
    trainer = Trainer(config, [load_source(source, options.data) for source in config.sources], options.folder)
    if trainer.resume():
        print(f"going on at step {trainer.step}, after {trainer.elapsed:.0f} s")
    trainer.run(options.max_steps)


def _stage(options: argparse.Namespace) -> None:
    from .systems.segneuron import stages
    from .systems.segneuron.config import read_config

    run = {"pretrain": stages.pretrain, "finetune": stages.finetune}[options.command]
    run(read_config(options.config), options.data, options.folder, options.max_steps)


def _evaluate(options: argparse.Namespace) -> None:
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
            evaluation.append_json(options.log, {**where, **best[0].row()})


def _export(options: argparse.Namespace) -> None:
    if system_of(options.config) == "segneuron":
        _export_segneuron(options)
        return
    from .export.facts import read_facts
    from .export.symmetry import SYMMETRIES
    from .systems.unet.config import read_config
    from .systems.unet.export import export, package_test_image

    config = read_config(options.config)
    image = package_test_image(config, options.data)
    facts, symmetries = read_facts(options.facts), SYMMETRIES[options.symmetries]
    difference = export(config, options.weights, facts, options.folder, image, symmetries)
    print(f"{options.folder}: PyTorch and ONNX Runtime differ by at most {difference:.2e}")


def _export_segneuron(options: argparse.Namespace) -> None:
    from .export.facts import read_facts
    from .export.symmetry import SYMMETRIES
    from .systems.segneuron.config import read_config
    from .systems.segneuron.export import export, package_test_image

    config = read_config(options.config)
    image = package_test_image(config, options.data)
    facts, symmetries = read_facts(options.facts), SYMMETRIES[options.symmetries]
    difference = export(config, options.weights, facts, options.folder, image, symmetries)
    print(f"{options.folder}: PyTorch and ONNX Runtime differ by at most {difference:.2e}")


def _check(options: argparse.Namespace) -> None:
    from .export.package import check_package

    print(json.dumps(check_package(options.folder)))


def _plot(options: argparse.Namespace) -> None:
    from .evaluation.curves import draw_curves

    draw_curves(options.folder, options.picture)


if __name__ == "__main__":
    main()
