import pytest
import torch

from fascicle_training.export.receptive_field import halo_for, receptive_field_radius
from fascicle_training.export.symmetry import ROTATIONS
from fascicle_training.systems.unet.config import OptimisationConfig, TrainingConfig
from fascicle_training.systems.unet.export import measure_radius
from fascicle_training.systems.unet.inference import InferenceNetwork
from fascicle_training.systems.unet.network import AnisotropicUNet, UNetConfig, initialise, parameter_count
from fascicle_training.systems.unet.training import FOREGROUND_CHANNEL, OUT_CHANNELS, Trainer

SMALL = UNetConfig(widths=(4, 6, 8), out_channels=OUT_CHANNELS)


@pytest.fixture
def network():
    """A network whose batch statistics and scales are not the initial ones."""
    network = AnisotropicUNet(SMALL)
    initialise(network, 3)
    for parameter in network.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    with torch.no_grad():
        for _ in range(3):
            network(torch.randn(1, 1, 6, 32, 32) * 2 + 0.5)
    return network.eval()


def test_output_has_the_size_of_the_input(network):
    assert network(torch.zeros(1, 1, 5, 16, 24)).shape == (1, OUT_CHANNELS, 5, 16, 24)


def test_stride_is_the_product_of_the_poolings():
    assert SMALL.stride == (1, 4, 4)
    assert UNetConfig().stride == (1, 8, 8)


def test_kernels_are_flat_where_voxels_are_most_anisotropic():
    config = UNetConfig(in_plane_levels=1, mixed_levels=2)
    assert config.kernels(0) == ((1, 3, 3), (1, 3, 3))
    assert config.kernels(1) == ((1, 3, 3), (3, 3, 3))
    assert config.kernels(2) == ((3, 3, 3), (3, 3, 3))


def test_the_default_network_is_small():
    assert 1_000_000 < parameter_count(AnisotropicUNet(UNetConfig(widths=(16, 32, 80, 128)))) < 1_500_000


def test_folded_network_gives_the_same_probabilities(network):
    image = torch.randn(1, 1, 6, 32, 40)
    with torch.no_grad():
        expected = torch.sigmoid(network(image))
        affinities, foreground = InferenceNetwork(network)(image)
    assert torch.allclose(affinities, expected[:, :3], atol=1e-5)
    assert torch.allclose(foreground[:, 0], expected[:, FOREGROUND_CHANNEL], atol=1e-5)


def test_a_tile_with_its_halo_gives_what_the_volume_gives(network):
    radius = receptive_field_radius(network, SMALL.stride, (8, 40, 40))
    halo = halo_for(radius, SMALL.stride)
    inference = InferenceNetwork(network)
    shape = [2 * h + 8 + s for h, s in zip(halo, (3, 8, 8), strict=True)]
    volume = torch.randn(1, 1, *shape)
    core = [slice(h, n - h) for h, n in zip(halo, shape, strict=True)]
    shifted = [slice(s, None) for s in SMALL.stride]
    with torch.no_grad():
        whole = inference(volume)[0][(slice(None), slice(None), *core)]
        part = inference(volume[(slice(None), slice(None), *shifted)])[0]
    inner = [slice(h - s, h - s + n.stop - n.start) for h, s, n in zip(halo, SMALL.stride, core, strict=True)]
    kept = [slice(s, None) for s in SMALL.stride]
    assert torch.allclose(
        whole[(slice(None), slice(None), *kept)], part[(slice(None), slice(None), *inner)][(..., *kept)], atol=1e-6
    )


def test_the_probed_radius_bounds_a_trained_network(network):
    radius = receptive_field_radius(network, SMALL.stride, (8, 40, 40))
    image = torch.randn(1, 1, 2 * radius[0] + 3, 2 * radius[1] + 7 & ~3, 2 * radius[2] + 7 & ~3)
    centre = [n // 2 for n in image.shape[2:]]
    changed_image = image.clone()
    changed_image[(0, 0, *centre)] += 50.0
    with torch.no_grad():
        changed = (network(image) != network(changed_image)).any(dim=1)[0].nonzero()
    distance = (changed - torch.tensor(centre)).abs().max(dim=0).values
    assert (distance <= torch.tensor(radius)).all()


def test_the_radius_follows_from_the_architecture(network):
    # One level: the stem and the two convolutions of one block, each looking one voxel to either side in plane.
    flat = AnisotropicUNet(UNetConfig(widths=(3,), out_channels=1))
    assert receptive_field_radius(flat, (1, 1, 1), (4, 8, 8)) == (0, 3, 3)
    # Two levels: a pooled and enlarged voxel covers two, so phases differ and the largest counts.
    deep = AnisotropicUNet(UNetConfig(widths=(3, 3), out_channels=1))
    assert receptive_field_radius(deep, (1, 2, 2), (4, 16, 16)) == (1, 10, 10)


def test_mirrored_links_reach_one_voxel_further():
    config = UNetConfig(widths=(2, 2))
    z, y, x = measure_radius(config)
    assert measure_radius(config, ROTATIONS) == (z, y + 1, x + 1)


def test_a_guess_that_is_too_small_is_an_error(network):
    with pytest.raises(ValueError, match="larger `reach`"):
        receptive_field_radius(network, SMALL.stride, (1, 8, 8))


def test_halo_is_the_radius_in_whole_strides():
    assert halo_for((8, 52, 50), (1, 8, 8)) == (8, 56, 56)


@pytest.mark.parametrize("threads, busy", [(1, 1), (2, 2), (8, 3)])
def test_training_takes_no_more_threads_than_it_is_given_and_none_without_a_crop(tmp_path, threads, busy):
    optimisation = OptimisationConfig(budget_seconds=1.0)
    config = TrainingConfig(1, (), optimisation, network=SMALL, crop=(4, 16, 16), batch=3, threads=threads)
    assert len(Trainer(config, [], tmp_path).parallel.replicas) == busy
