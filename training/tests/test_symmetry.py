import pytest
import torch
from torch import nn

from fascicle_training.export.onnx_file import run_onnx, write_onnx
from fascicle_training.export.symmetry import IN_PLANE, ROTATIONS, SymmetricNetwork, Symmetry


class AnalyticNetwork(nn.Module):
    """A network whose answer under any symmetry is known: links are differences of neighbours."""

    def forward(self, image):
        affinities = []
        for axis in (2, 3, 4):
            before = torch.cat((image.narrow(axis, 0, 1), image.narrow(axis, 0, image.shape[axis] - 1)), dim=axis)
            affinities.append((image - before).abs())
        return torch.cat(affinities, dim=1), image


@pytest.mark.parametrize("symmetry", [*IN_PLANE, Symmetry("z"), Symmetry("zyx", True)], ids=str)
def test_a_network_that_treats_all_directions_alike_is_left_unchanged(symmetry):
    image = torch.randn(1, 1, 4, 8, 8)
    expected_affinities, expected_foreground = AnalyticNetwork()(image)
    affinities, foreground = SymmetricNetwork(AnalyticNetwork(), [symmetry])(image)
    inner = (slice(None), slice(None), slice(1, None), slice(1, None), slice(1, None))
    assert torch.allclose(affinities[inner], expected_affinities[inner])
    assert torch.equal(foreground, expected_foreground)


def test_the_result_is_the_mean():
    class Half(AnalyticNetwork):
        def forward(self, image):
            affinities, foreground = super().forward(image)
            return affinities, foreground * torch.linspace(0, 1, image.shape[4])

    image = torch.ones(1, 1, 2, 4, 5)
    _, foreground = SymmetricNetwork(Half(), [Symmetry(), Symmetry("x")])(image)
    assert torch.allclose(foreground, torch.full_like(foreground, 0.5))


def test_the_symmetries_of_a_section_are_eight_and_four_are_rotations():
    marked = torch.arange(16.0).reshape(1, 1, 1, 4, 4)

    class Remember(nn.Module):
        def __init__(self):
            super().__init__()
            self.seen = []

        def forward(self, image):
            self.seen.append(image.clone())
            return AnalyticNetwork()(image)

    network = Remember()
    SymmetricNetwork(network, IN_PLANE)(marked)
    assert len({tuple(seen.flatten().tolist()) for seen in network.seen}) == 8
    network.seen.clear()
    SymmetricNetwork(network, ROTATIONS)(marked)
    turned = {tuple(marked.rot90(k, (3, 4)).flatten().tolist()) for k in range(4)}
    assert {tuple(seen.flatten().tolist()) for seen in network.seen} == turned


def test_exports_and_agrees_for_other_sizes(tmp_path):
    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv3d(1, 4, 3, padding=1)

        def forward(self, image):
            probability = torch.sigmoid(self.conv(image))
            return probability[:, :3], probability[:, 3:]

    network = SymmetricNetwork(Small().eval(), IN_PLANE)
    path = tmp_path / "weights.onnx"
    write_onnx(network, path, (1, 1, 4, 8, 8), "raw", ["affinities", "foreground"])
    image = torch.randn(1, 1, 5, 16, 24)
    with torch.no_grad():
        expected = network(image)
    for found, right in zip(run_onnx(path, image.numpy()), expected, strict=True):
        assert abs(found - right.numpy()).max() < 1e-5


def test_no_symmetry_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one symmetry"):
        SymmetricNetwork(AnalyticNetwork(), [])
