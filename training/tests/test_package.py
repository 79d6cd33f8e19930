import numpy as np
import pytest
import torch
import yaml

from fascicle_training.export.onnx_file import run_onnx, write_onnx
from fascicle_training.export.package import PackageFacts, check_package, write_package
from fascicle_training.export.preprocessing import WHITENING, preprocess
from fascicle_training.export.symmetry import ROTATIONS
from fascicle_training.systems.unet.export import measure_radius, network_facts
from fascicle_training.systems.unet.inference import InferenceNetwork
from fascicle_training.systems.unet.network import AnisotropicUNet, UNetConfig, initialise
from fascicle_training.systems.unet.training import OUT_CHANNELS

FACTS = PackageFacts(
    id="test-unet",
    name="Test",
    description="A network of noise",
    version="0.0.1",
    license="MIT",
    authors=({"name": "nobody"},),
    cite=({"text": "nothing"},),
    tags=(),
    targets=({"name": "phantom", "voxelSizeNm": [30, 12, 12]},),
    postprocessing={"foregroundRestriction": False},
)


@pytest.fixture(scope="module")
def network():
    network = AnisotropicUNet(UNetConfig(widths=(4, 6, 8), out_channels=OUT_CHANNELS))
    initialise(network, 1)
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return network.eval()


@pytest.fixture
def package(network, tmp_path):
    (tmp_path / "README.md").write_text("A card.\n")
    image = np.random.default_rng(0).integers(0, 255, (5, 40, 48)).astype(np.float32)
    difference = write_package(tmp_path, InferenceNetwork(network), FACTS, network_facts(network, ROTATIONS[:1]), image)
    assert difference < 1e-4
    return tmp_path


def test_a_written_package_passes_its_own_check(package):
    assert max(check_package(package).values()) < 1e-4


def test_any_size_of_whole_strides_runs_and_agrees_with_pytorch(network, tmp_path):
    inference = InferenceNetwork(network)
    path = tmp_path / "weights.onnx"
    write_onnx(inference, path, (1, 1, 4, 16, 16), "raw", ["affinities", "foreground"])
    for shape in [(3, 8, 24), (1, 4, 4), (7, 32, 12)]:
        image = torch.randn(1, 1, *shape)
        affinities, foreground = run_onnx(path, image.numpy())
        assert affinities.shape == (1, 3, *shape)
        assert foreground.shape == (1, 1, *shape)
        expected = inference(image)
        assert np.abs(affinities - expected[0].numpy()).max() < 1e-4
        assert np.abs(foreground - expected[1].numpy()).max() < 1e-4


def test_the_description_states_what_tiling_needs(package, network):
    description = yaml.safe_load((package / "rdf.yaml").read_text())
    own = description["config"]["fascicle"]
    assert own["stride"] == [1, 4, 4]
    assert own["receptiveFieldRadius"] == list(measure_radius(network.config))
    assert [c["offset"] for c in own["channels"][:3]] == [[-1, 0, 0], [0, -1, 0], [0, 0, -1]]
    assert description["format_version"].startswith("0.5.")
    halos = [axis["halo"] for axis in description["outputs"][0]["axes"][2:]]
    assert all(h >= r and h % s == 0 for h, r, s in zip(halos, own["receptiveFieldRadius"], own["stride"], strict=True))


def test_changed_weights_are_noticed(package):
    with (package / "weights.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ValueError, match=r"weights\.onnx: sha256 is"):
        check_package(package)


def test_a_package_without_a_card_is_refused(network, tmp_path):
    with pytest.raises(ValueError, match=r"README\.md is missing"):
        write_package(
            tmp_path, InferenceNetwork(network), FACTS, network_facts(network, ROTATIONS[:1]), np.zeros((4, 16, 16))
        )


def test_normalisation_gives_zero_mean_and_unit_deviation(rng):
    image = preprocess(rng.random((1, 1, 4, 8, 8)).astype(np.float32) * 50 + 100, WHITENING)
    assert abs(image.mean()) < 1e-4
    assert image.std() == pytest.approx(1.0, abs=1e-4)


def test_shipped_packages_pass_their_check(repository):
    folders = [path.parent for path in (repository / "resources" / "models").glob("*/rdf.yaml")]
    assert folders, "no package is shipped"
    for folder in folders:
        assert max(check_package(folder).values()) < 1e-4, folder.name
        assert (folder / "README.md").read_text().startswith("# ")
