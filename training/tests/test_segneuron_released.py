"""The released file is not at hand: its state dict is made up, from our network, with the names of the public code."""

import re

import pytest
import torch
import yaml

from fascicle_training.export.package import check_package
from fascicle_training.systems.segneuron.network import SegNeuronConfig, SegNeuronNetwork
from fascicle_training.systems.segneuron.released import convert, network_of, our_name, read_released

WIDTHS = (2, 2, 3, 3, 4)


def released_name(name: str) -> str:
    """Their name of one of our parameters, written down independently of the converter."""
    if name.startswith("heads."):
        return {"0": "outputs.0.weight", "1": "outputs2.0.weight"}[name.split(".")[1]]
    part = re.fullmatch(r"(.+)\.blocks\.row(\d)_level(\d)\.(flat|full)\.(\d)\.(\d)\.(weight|bias)", name)
    where, row, level, stream, unit, kind, leaf = part.groups()
    if where == "encoder":
        module = f"bottleneck{row}" if level == "4" else f"down{row}{int(level) - int(row) + 2}"
    else:
        module = f"up{row}{4 - int(level)}" + ("_" if where == "decoders.1" else "")
    block = {"flat": "CB2d", "full": "CB3d"}[stream]
    return f"{module}.{block}.conv{int(unit) + 1}.{['conv', 'norm'][int(kind)]}.{leaf}"


@pytest.fixture
def network():
    torch.manual_seed(3)
    network = SegNeuronNetwork(SegNeuronConfig(WIDTHS)).eval()
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return network


@pytest.fixture
def released(network):
    state = {released_name(name): value for name, value in network.state_dict().items()}
    unused = {f"outputs{n}.{i}.weight": torch.zeros(1, 2, 1, 1, 1) for n in ("", "2") for i in range(1, 7)}
    return {**state, **unused}


def test_names_of_the_public_code_are_understood():
    assert our_name("down11.CB2d.conv1.conv.weight") == "encoder.blocks.row1_level0.flat.0.0.weight"
    assert our_name("down32.CB3d.conv2.norm.bias") == "encoder.blocks.row3_level3.full.1.1.bias"
    assert our_name("bottleneck5.CB3d.conv1.conv.bias") == "encoder.blocks.row5_level4.full.0.0.bias"
    assert our_name("up14.CB3d.conv1.conv.weight") == "decoders.0.blocks.row1_level0.full.0.0.weight"
    assert our_name("up41_.CB3d.conv1.conv.weight") == "decoders.1.blocks.row4_level3.full.0.0.weight"
    assert our_name("outputs2.0.weight") == "heads.1.weight"
    assert our_name("outputs.3.weight") is None
    with pytest.raises(ValueError, match=r"RWKV1\.x is no parameter"):
        our_name("RWKV1.x")


@pytest.mark.parametrize("prefix", ["", "module."])
def test_converted_weights_give_the_same_probabilities(network, released, prefix):
    converted = network_of({prefix + name: value for name, value in released.items()})
    image = torch.rand(1, 1, 16, 32, 32)
    with torch.no_grad():
        assert all(torch.equal(a, b) for a, b in zip(converted(image), network(image), strict=True))


def test_a_checkpoint_becomes_a_package(released, tmp_path):
    path = tmp_path / "SegNeuronModel.ckpt"
    torch.save({"model_weights": {"module." + name: value for name, value in released.items()}}, path)
    assert convert(path, tmp_path / "package", [], (16, 48, 48)) < 1e-4
    assert max(check_package(tmp_path / "package").values()) < 1e-4
    description = yaml.safe_load((tmp_path / "package" / "rdf.yaml").read_text())
    assert description["config"]["fascicle"]["postprocessing"]["agglomeration"] == {"method": "multicut", "beta": 0.25}
    assert "SegNeuronModel.ckpt" in (tmp_path / "package" / "README.md").read_text()
    with pytest.raises(ValueError, match="exists"):
        convert(path, tmp_path / "package", [], (16, 48, 48))


def test_what_are_not_their_weights_is_refused(released, tmp_path):
    with pytest.raises(ValueError, match="not those of SegNeuron"):
        network_of({name: value for name, value in released.items() if not name.startswith("up41_")})
    with pytest.raises(ValueError, match="lack the module"):
        network_of({"outputs.0.weight": torch.zeros(1)})
    torch.save([1], tmp_path / "list.pt")
    with pytest.raises(ValueError, match="expected a state dict"):
        read_released(tmp_path / "list.pt")
