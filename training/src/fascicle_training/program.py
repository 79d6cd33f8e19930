"""The program itself, as a command: what training and evaluation ask of the repository around them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[3]


class ProgramError(RuntimeError):
    """The program refused; the message is the one that it printed."""


def node_program() -> str:
    """The Node.js that the repository installed, else the one on the path."""
    installed = REPOSITORY / "node_modules" / ".bin" / "node"
    found = str(installed) if installed.exists() else shutil.which("node")
    if found is None:
        raise ValueError("this needs Node.js and a built repository: run `sh scripts/setup.sh` there")
    return found


def run_program(*arguments: object, environment: dict[str, str] | None = None) -> str:
    """Runs `fascicle <arguments>`; returns what it printed. Raises ProgramError where it refuses."""
    command = [node_program(), str(REPOSITORY / "bin" / "fascicle.js"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        raise ProgramError(f"fascicle {arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def ask_program(*arguments: object, environment: dict[str, str] | None = None) -> Any:
    """Runs a command that has `--json`; returns what it says."""
    return json.loads(run_program(*arguments, "--json", environment=environment))
