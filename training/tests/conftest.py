import os
from pathlib import Path

import numpy as np
import pytest
import torch


@pytest.fixture(autouse=True)
def _few_threads():
    torch.set_num_threads(2)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data(repository) -> Path:
    folder = Path(os.environ.get("FASCICLE_DATA", repository.parent / "shared" / "data"))
    if not (folder / "em").exists():
        pytest.skip(f"the labelled volumes are not at {folder}; set FASCICLE_DATA")
    return folder
