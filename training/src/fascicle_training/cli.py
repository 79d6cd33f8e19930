"""The `fascicle-train` command: one subcommand per stage."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from . import commands

SYMMETRY_NAMES = ("none", "rotations", "all")
SYMMETRY_HELP = "symmetries of a section that the network is averaged over: 1, 4 or 8 runs (%(default)s)"


def data_folder() -> Path:
    """FASCICLE_DATA, or `../shared/data` beside the repository."""
    configured = os.environ.get("FASCICLE_DATA")
    return Path(configured) if configured else Path(__file__).resolve().parents[4] / "shared" / "data"


def parser() -> argparse.ArgumentParser:
    """The command line; each subcommand carries the function that does it as `action`."""
    root = argparse.ArgumentParser(prog="fascicle-train", description="Trains networks and makes model packages.")
    root.add_argument("--data", type=Path, default=data_folder(), help="folder of labelled volumes (%(default)s)")
    add = root.add_subparsers(dest="command", required=True).add_parser
    _add_training(add)
    _add_scoring(add)
    _add_packages(add)
    return root


def _add_training(add) -> None:
    for name, action, purpose in (
        (
            "pretrain",
            commands.pretrain,
            "rebuild masked crops (segneuron), or go on where the folder's checkpoint ends",
        ),
        ("train", commands.train, "train on labelled volumes, or go on where the folder's checkpoint ends"),
    ):
        stage = add(name, help=purpose)
        stage.set_defaults(action=action)
        stage.add_argument("config", type=Path)
        stage.add_argument("folder", type=Path, help="folder of the run")
        stage.add_argument("--max-steps", type=int, help="stop after so many steps in all, before the run's own end")
    stage.add_argument(
        "--from",
        dest="start",
        type=Path,
        help="begin with all weights of another run's checkpoint or snapshot (segneuron)",
    )

    finetune = add("finetune", help="go on from a package with ground truth that the workstation exported")
    finetune.set_defaults(action=commands.finetune)
    finetune.add_argument(
        "export", type=Path, help="folder with labels and manifest.json (`fascicle export --manifest`)"
    )
    finetune.add_argument("--base", type=Path, required=True, help="package to start from (segneuron)")
    finetune.add_argument("--out", type=Path, required=True, help="package folder to write; it must not exist")
    finetune.add_argument("--raw", type=Path, help="where the volume lies now, if not where the manifest says")
    finetune.add_argument("--steps", type=int, default=400, help="(%(default)s)")
    finetune.add_argument("--rate", type=float, default=2e-4, help="of the optimiser, at the beginning (%(default)s)")
    finetune.add_argument("--batch", type=int, default=2, help="(%(default)s)")
    finetune.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    finetune.add_argument("--device", default="cpu", help="cpu or cuda (%(default)s)")
    finetune.add_argument("--threads", type=int, default=2, help="(%(default)s)")


def _add_scoring(add) -> None:
    evaluate = add("evaluate", help="score weights on the held-out sections, over all thresholds")
    evaluate.set_defaults(action=commands.evaluate)
    evaluate.add_argument("config", type=Path)
    evaluate.add_argument("weights", type=Path, help="checkpoint or snapshot")
    _add_scope(evaluate)
    evaluate.add_argument("--log", type=Path, help="add the best per volume to this JSON Lines file")
    unet = evaluate.add_argument_group(
        "system unet", "watershed and mean affinities, a plain counterpart of the program"
    )
    unet.add_argument("--low", type=float, nargs="+", default=[0.0])
    unet.add_argument("--high", type=float, nargs="+", default=[0.99])
    unet.add_argument("--size-threshold", type=int, nargs="+", default=[0])
    unet.add_argument("--restrict", action="store_true", help="lower affinities to the foreground")
    unet.add_argument("--baselines", action="store_true", help="also threshold and connected components")
    unet.add_argument("--rows", type=int, default=5, help="how many of the best to print (%(default)s)")
    segneuron = evaluate.add_argument_group(
        "system segneuron",
        "the program's own engine: restricted to foreground or not, multicut and mean affinities",
    )
    _add_sweep(segneuron)

    plot = add("plot", help="draw loss and VI over time (needs the extra `plots`)")
    plot.set_defaults(action=commands.plot)
    plot.add_argument("folder", type=Path, help="folder of a run, or of a stage of it")
    plot.add_argument("picture", type=Path)

    ablate = add("ablate", help="train and score the variants of a plan, one after the other, or go on")
    ablate.set_defaults(action=commands.ablate)
    ablate.add_argument("plan", type=Path)
    ablate.add_argument("folder", type=Path, help="each network has its own folder in it")
    ablate.add_argument("--network", nargs="+", metavar="NAME", help="these alone, so that others run at the same time")
    ablate.add_argument("--page", type=Path, help="Markdown page whose table is written anew")
    ablate.add_argument("--table-only", action="store_true", help="write the table of what is there, train nothing")


def _add_scope(command) -> None:
    command.add_argument("--only", help="name of one validation entry")
    command.add_argument("--min-size", type=int, nargs="+", default=[300], help="segneuron takes the first")
    command.add_argument("--bfloat16", action="store_true", help="faster, with small differences")
    command.add_argument("--symmetries", choices=SYMMETRY_NAMES, default="none", help=SYMMETRY_HELP)


def _add_sweep(command) -> None:
    command.add_argument("--whole", action="store_true", help="all of the held-out sections, not a window of them")
    command.add_argument(
        "--blend", type=float, metavar="SIGMA", help="average tiles where they overlap (published: 0.5)"
    )
    command.add_argument("--beta", type=float, nargs="+", help="of multicuts (0.1 to 0.9)")
    command.add_argument("--threshold", type=float, nargs="+", help="of mean affinities (0.2 to 0.9)")
    command.add_argument(
        "--supervoxels",
        nargs="+",
        # Sections serve thin-section volumes best, space those whose voxels are as long as wide.
        default=["distance-transform-2d", "watershed"],
        help="as `fascicle segment` (%(default)s)",
    )
    command.add_argument(
        "--watershed",
        type=_watershed,
        nargs="+",
        metavar="HIGH:VOXELS",
        help="values of the watershed: where links always join, below which fragments do (those of the program)",
    )
    command.add_argument("--measured", type=Path, help="file that keeps all rows; what it holds is not done again")


def _watershed(text: str) -> tuple[float, int]:
    high, _, voxels = text.partition(":")
    try:
        return float(high), int(voxels)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not HIGH:VOXELS, as 0.98:800") from None


def _add_packages(add) -> None:
    export = add("export", help="write a model package")
    export.set_defaults(action=commands.export)
    export.add_argument("config", type=Path)
    export.add_argument("weights", type=Path)
    export.add_argument("folder", type=Path, help="package folder; its card README.md must be there")
    export.add_argument("facts", type=Path, nargs="+", help="YAML with facts of the package; later files win")
    export.add_argument("--symmetries", choices=SYMMETRY_NAMES, default="none", help=SYMMETRY_HELP)
    export.add_argument("--half", action="store_true", help="round weights to half precision: half the file")

    package = add("package", help="score weights with the program, choose values, write a package (segneuron)")
    package.set_defaults(action=commands.package)
    package.add_argument("config", type=Path)
    package.add_argument("weights", type=Path, help="checkpoint or snapshot of fine-tuning")
    package.add_argument("folder", type=Path, help="package folder to write, which must not exist; its name is the id")
    package.add_argument("facts", type=Path, nargs="+", help="YAML with facts of the package; later files win")
    package.add_argument("--card", type=Path, required=True, help="template of the card")
    package.add_argument("--half", action="store_true", help="round weights to half precision: half the file")
    package.add_argument("--page", type=Path, help="Markdown page whose table is written anew")
    _add_scope(package)
    _add_sweep(package)

    average = add("average", help="the mean of the weights of runs that each went on from the one before (segneuron)")
    average.set_defaults(action=commands.average)
    average.add_argument("weights", type=Path, nargs="+", help="checkpoints or snapshots, the last run's last")
    average.add_argument("--out", type=Path, required=True, help="file for the weights, to be scored and packaged")

    convert = add("convert", help="write a package from the weights that SegNeuron's authors released")
    convert.set_defaults(action=commands.convert)
    convert.add_argument("weights", type=Path, help="their state dict, as torch.save wrote it")
    convert.add_argument("--out", type=Path, required=True, help="package folder to write; it must not exist")
    convert.add_argument(
        "--facts", type=Path, nargs="*", default=[], help="YAML with facts of the package; later files win"
    )
    convert.add_argument("--tile", type=int, nargs=3, default=[20, 128, 128], help="z, y, x (20 128 128)")

    check = add("check", help="compare a package's checksums and run its test tensor")
    check.set_defaults(action=commands.check)
    check.add_argument("folder", type=Path)


def main(arguments: list[str] | None = None) -> None:
    """Runs one subcommand; what was asked wrongly ends with 2 and a line that says why."""
    options = parser().parse_args(arguments)
    try:
        options.action(options)
    except (ValueError, FileNotFoundError) as error:
        raise SystemExit(f"fascicle-train {options.command}: {error}") from error


if __name__ == "__main__":
    main()
