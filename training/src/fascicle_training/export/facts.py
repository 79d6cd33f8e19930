"""Facts of a package, read from YAML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from .package import PackageFacts


def read_facts(paths: Sequence[Path], base: PackageFacts | None = None) -> PackageFacts:
    """Reads the facts of a package from YAML; keys are the fields of PackageFacts, later files replace earlier keys.

    `base` has the facts that no file states.
    """
    values: dict[str, Any] = {} if base is None else {f.name: getattr(base, f.name) for f in fields(base)}
    for path in paths:
        values |= yaml.safe_load(path.read_text())
    return PackageFacts(**{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()})
