"""Facts of a package, read from YAML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from .package import PackageFacts


def read_facts(paths: Sequence[Path]) -> PackageFacts:
    """Reads the facts of a package from YAML; keys are the fields of PackageFacts, later files replace earlier keys."""
    values: dict[str, Any] = {}
    for path in paths:
        values |= yaml.safe_load(path.read_text())
    return PackageFacts(**{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()})
