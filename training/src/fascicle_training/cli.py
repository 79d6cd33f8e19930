"""The `fascicle-train` command."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def data_folder() -> Path:
    """FASCICLE_DATA, or `../shared/data` beside the repository."""
    configured = os.environ.get("FASCICLE_DATA")
    return Path(configured) if configured else Path(__file__).resolve().parents[4] / "shared" / "data"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="fascicle-train", description=__doc__)
    parser.add_argument("--data", type=Path, default=data_folder())
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train, or go on where the folder's checkpoint ends")
    train.add_argument("config", type=Path)
    train.add_argument("folder", type=Path)
    train.add_argument("--max-steps", type=int)
    parsed = parser.parse_args(arguments)
    from .systems.unet.config import read_config
    from .systems.unet.training import Trainer, load_source

    config = read_config(parsed.config)
    trainer = Trainer(config, [load_source(s, parsed.data) for s in config.sources], parsed.folder)
    trainer.resume()
    trainer.run(parsed.max_steps)


if __name__ == "__main__":
    main()
