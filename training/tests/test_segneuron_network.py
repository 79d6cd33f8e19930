import numpy as np
import pytest
import torch
import yaml

from fascicle_training.export.instance_norm import SectionwiseInstanceNorm
from fascicle_training.export.onnx_file import run_onnx, write_onnx
from fascicle_training.export.package import PackageFacts, check_package, write_package
from fascicle_training.optimisation.checkpoint import save_checkpoint
from fascicle_training.systems.segneuron.blocks import InstanceNorm
from fascicle_training.systems.segneuron.config import parse_config
from fascicle_training.systems.segneuron.export import exportable
from fascicle_training.systems.segneuron.network import (
    PUBLISHED_WIDTHS,
    SCALED_WIDTHS,
    InferenceNetwork,
    ReconstructionNetwork,
    SegNeuronConfig,
    SegNeuronNetwork,
    parameter_count,
    transfer_encoder,
)

TINY = SegNeuronConfig((2, 2, 3, 3, 4))
UNUSED_HEADS = 2304
"""Parameters of the released fine-tuning code that take no part in any output; we do not make them."""


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    network = SegNeuronNetwork(TINY).eval()
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return network


@pytest.mark.parametrize(
    ("widths", "count"), [(PUBLISHED_WIDTHS, 40_372_736 - UNUSED_HEADS), (SCALED_WIDTHS, 2_392_464)]
)
def test_parameters_are_as_specified(widths, count):
    with torch.device("meta"):
        assert parameter_count(SegNeuronNetwork(SegNeuronConfig(widths))) == count


def test_the_published_pretraining_network_has_the_specified_size():
    with torch.device("meta"):
        # Half of the unused heads: there, each decoder predicts one channel.
        assert parameter_count(ReconstructionNetwork(SegNeuronConfig(PUBLISHED_WIDTHS))) == 35_136_832 - 1152


def test_depth_is_halved_twice_from_twenty_sections(network):
    with torch.no_grad():
        encoded = network.encoder(torch.rand(1, 1, 20, 32, 32))
    shapes = {
        place: tuple(s.shape[2:] for s in (streams.flat, streams.full) if s is not None)
        for place, streams in encoded.items()
    }
    assert [shapes[(row, 4)][0][0] for row in range(1, 6)] == [20, 10, 5, 5, 5]
    assert all(extent[1:] == (2, 2) for row in range(1, 6) for extent in shapes[(row, 4)])
    assert len(shapes) == 15
    assert encoded[(1, 4)].full is None
    assert encoded[(5, 4)].flat is None


@pytest.mark.parametrize("depth", [16, 20, 31])
def test_outputs_have_the_extent_of_the_image(network, depth):
    with torch.no_grad():
        affinities, foreground = network(torch.rand(1, 1, depth, 32, 48))
    assert affinities.shape == (1, 3, depth, 32, 48)
    assert foreground.shape == (1, 1, depth, 32, 48)


def test_every_parameter_takes_part():
    network = SegNeuronNetwork(TINY)
    affinities, foreground = network(torch.rand(1, 1, 20, 32, 32))
    (affinities.square().sum() + foreground.square().sum()).backward()
    assert all(p.grad is not None for p in network.parameters())


def test_the_decoders_share_nothing_but_the_encoder():
    network = SegNeuronNetwork(TINY)
    network(torch.rand(1, 1, 16, 32, 32))[1].square().sum().backward()
    assert all(p.grad is None for p in network.decoders[0].parameters())
    assert all(p.grad is not None for p in network.encoder.parameters())


def test_exactly_the_encoder_is_transferred():
    pretrained, network = ReconstructionNetwork(TINY), SegNeuronNetwork(TINY)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    transfer_encoder(pretrained.state_dict(), network)
    for name, value in network.state_dict().items():
        expected = pretrained.state_dict()[name] if name.startswith("encoder.") else before[name]
        assert torch.equal(value, expected), name


def test_an_encoder_that_lacks_weights_is_refused():
    state = ReconstructionNetwork(TINY).state_dict()
    state.pop("encoder.blocks.row1_level0.flat.0.0.weight")
    with pytest.raises(RuntimeError, match="row1_level0"):
        transfer_encoder(state, SegNeuronNetwork(TINY))


@pytest.mark.parametrize(
    ("widths", "tile"),
    [(SCALED_WIDTHS, (20, 48, 64)), (PUBLISHED_WIDTHS, (20, 32, 32))],
    ids=["scaled", "published"],
)
def test_onnx_runtime_agrees_with_pytorch(widths, tile, tmp_path):
    torch.manual_seed(0)
    network = SegNeuronNetwork(SegNeuronConfig(widths)).eval()
    for parameter in network.parameters():
        parameter.data += 0.02 * torch.randn_like(parameter)
    names = ["affinities", "foreground"]
    write_onnx(InferenceNetwork(network), tmp_path / "n.onnx", (1, 1, *tile), "raw", names, free_size=False)
    image = torch.rand(1, 1, *tile)
    with torch.no_grad():
        expected = [torch.sigmoid(logits).numpy() for logits in network(image)]
    for found, reference in zip(run_onnx(tmp_path / "n.onnx", image.numpy()), expected, strict=True):
        assert np.abs(found - reference).max() <= 1e-4
        assert found.min() >= 0 and found.max() <= 1


def test_normalisation_stays_exact_over_a_large_tile(tmp_path):
    # ONNX Runtime's InstanceNormalization adds all voxels in float32 and is off by 4e-5 here: with a hundred such
    # layers, PyTorch and ONNX Runtime differed by 1.35e-4 at the scaled size.
    norm = torch.nn.InstanceNorm3d(2, affine=True)
    image = torch.randn(1, 2, 20, 128, 128) + torch.tensor([0.0, 4.0])[:, None, None, None]
    exported = SectionwiseInstanceNorm(norm).requires_grad_(False)
    write_onnx(exported, tmp_path / "norm.onnx", image.shape, "raw", ["normed"], free_size=False)
    (found,) = run_onnx(tmp_path / "norm.onnx", image.numpy())
    assert np.abs(found - norm.double()(image.double()).detach().numpy()).max() < 5e-6


def test_a_package_declares_its_tile_and_passes_its_check(network, tmp_path):
    config = parse_config(
        {
            "seed": 1,
            "sources": [],
            "network": {"widths": list(TINY.widths)},
            "crop": [20, 32, 32],
            "tile": [20, 80, 80],
            "pretraining": {"steps": 1},
            "finetuning": {"steps": 1},
        }
    )
    save_checkpoint(tmp_path / "weights.pt", {"stage": "finetuning", "average": network.state_dict()})
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "README.md").write_text("A card.\n")
    facts = PackageFacts(
        "test-segneuron",
        "Test",
        "A network of noise",
        "0.0.1",
        "MIT",
        ({"name": "nobody"},),
        ({"text": "nothing"},),
        (),
        ({"name": "phantom", "voxelSizeNm": [30, 8, 8]},),
        {"foregroundRestriction": True},
    )
    image = np.random.default_rng(0).integers(0, 255, config.tile).astype(np.uint8)
    exported, net = exportable(config, tmp_path / "weights.pt")
    assert write_package(folder, exported, facts, net, image, half=True) < 1e-4
    assert max(check_package(folder).values()) < 1e-4
    description = yaml.safe_load((folder / "rdf.yaml").read_text())
    assert [axis["size"] for axis in description["inputs"][0]["axes"][2:]] == [20, 80, 80]
    assert [step["id"] for step in description["inputs"][0]["preprocessing"]] == ["ensure_dtype", "scale_range", "clip"]
    own = description["config"]["fascicle"]
    assert [c["meaning"] for c in own["channels"]] == ["affinity", "affinity", "affinity", "foreground"]
    assert all(2 * r < t for r, t in zip(own["receptiveFieldRadius"], config.tile, strict=True))


def test_pretrained_weights_are_no_package(tmp_path):
    from fascicle_training.systems.segneuron.export import load_averaged

    config = parse_config({"seed": 1, "sources": [], "pretraining": {"steps": 1}, "finetuning": {"steps": 1}})
    save_checkpoint(tmp_path / "weights.pt", {"stage": "pretraining", "average": {}})
    with pytest.raises(ValueError, match="of the stage pretraining"):
        load_averaged(config, tmp_path / "weights.pt")


@pytest.mark.parametrize("crops", [1, 2])
def test_instances_are_normalised_alike_in_either_layout(crops):
    torch.manual_seed(0)
    x = torch.randn(crops, 3, 4, 8, 8) * 2 + 1
    ours, customary = InstanceNorm(3, affine=True), torch.nn.InstanceNorm3d(3, affine=True)
    for norm in (ours, customary):
        torch.nn.init.constant_(norm.weight, 1.5)
        torch.nn.init.constant_(norm.bias, 0.25)
    expected = customary(x)
    for layout in (torch.contiguous_format, torch.channels_last_3d):
        assert torch.allclose(ours(x.contiguous(memory_format=layout)), expected, atol=1e-5)
