import pytest
import torch
from torch import nn

from fascicle_training.optimisation.averaging import MovingAverage
from fascicle_training.optimisation.checkpoint import load_checkpoint, save_checkpoint
from fascicle_training.optimisation.data_parallel import CropParallel
from fascicle_training.optimisation.schedule import TimedCosine


def test_the_rate_rises_then_falls_to_zero_when_the_time_is_up():
    schedule = TimedCosine(peak=1.0, budget_seconds=100, warmup_seconds=10)
    assert schedule.rate(5) == pytest.approx(0.5)
    assert schedule.rate(10) == pytest.approx(1.0)
    assert schedule.rate(55) == pytest.approx(0.5)
    assert schedule.rate(100) == schedule.rate(1000) == pytest.approx(0.0)


def test_the_average_follows_fast_at_first_and_slowly_later():
    network = nn.Linear(1, 1)
    average = MovingAverage(network, decay=0.9)
    with torch.no_grad():
        network.weight.fill_(1.0)
        average.network.weight.zero_()
    average.update(network)
    assert average.network.weight.item() == pytest.approx(1 - 2 / 11)
    for _ in range(200):
        average.update(network)
    assert average.network.weight.item() == pytest.approx(1.0)


def test_a_checkpoint_replaces_the_former_one_whole(tmp_path):
    path = tmp_path / "checkpoint.pt"
    for value in (1.0, 2.0):
        save_checkpoint(path, {"weights": torch.full((2,), value), "step": int(value)})
    assert load_checkpoint(path)["step"] == 2
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_a_failed_write_leaves_the_former_checkpoint(tmp_path):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, {"step": 1})
    with pytest.raises((AttributeError, TypeError, RuntimeError)):
        save_checkpoint(path, {"step": lambda: 2})
    assert load_checkpoint(path)["step"] == 1


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_gradients_of_crops_in_threads_are_those_of_the_batch(threads):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv3d(1, 2, 3, padding=1), nn.ReLU(), nn.Conv3d(2, 2, 1))
    raw, target = torch.randn(3, 1, 4, 8, 8), torch.randn(3, 2, 4, 8, 8)
    weights = torch.tensor([1.0, 0.5])

    def loss(model, image, truth):
        return weights * (model(image) - truth).square().mean(dim=(0, 2, 3, 4))

    losses = CropParallel(network, threads).backward((raw, target), loss)
    found = [p.grad.clone() for p in network.parameters()]
    network.zero_grad()
    expected = loss(network, raw, target)
    expected.sum().backward()
    assert torch.allclose(losses, expected.detach(), atol=1e-6)
    for gradient, parameter in zip(found, network.parameters(), strict=True):
        assert torch.allclose(gradient, parameter.grad, atol=1e-5)


def test_running_statistics_are_the_mean_over_crops():
    network = nn.BatchNorm3d(1, momentum=1.0)
    raw = torch.stack([torch.zeros(1, 2, 2, 2), torch.full((1, 2, 2, 2), 4.0)])
    CropParallel(network, 2).backward((raw,), lambda m, x: m(x).mean().view(1))
    assert network.running_mean.item() == pytest.approx(2.0)
