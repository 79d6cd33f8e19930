import os
from pathlib import Path

import numpy as np
import pytest
import torch

from fascicle_training.data.phantom import phantom_volume
from fascicle_training.export.package import new_package, write_package
from fascicle_training.systems.segneuron.export import network_facts
from fascicle_training.systems.segneuron.network import InferenceNetwork, SegNeuronConfig, SegNeuronNetwork
from fascicle_training.systems.segneuron.released import FACTS


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


@pytest.fixture(scope="session")
def tiny_segneuron():
    torch.manual_seed(0)
    return SegNeuronNetwork(SegNeuronConfig((2, 2, 3, 3, 4))).eval()


@pytest.fixture(scope="session")
def tiny_segneuron_package(tiny_segneuron, tmp_path_factory):
    """A package of random weights, for reading only."""
    folder = tmp_path_factory.mktemp("models") / "base"
    tile = (16, 80, 80)
    with new_package(folder, "A card.\n") as partial:
        image = phantom_volume(tile, 12, 1).raw.astype(np.float32)
        write_package(partial, InferenceNetwork(tiny_segneuron), FACTS, network_facts(tile), image)
    return folder
