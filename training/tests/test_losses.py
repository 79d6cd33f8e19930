import pytest
import torch
import torch.nn.functional as F

from fascicle_training.losses.balanced import MIN_CLASS_SHARE, balanced_cross_entropy


def one_channel(values):
    return torch.tensor(values, dtype=torch.float32).view(1, 1, 1, 1, -1)


def test_both_classes_weigh_the_same():
    logits = one_channel([2.0, 2.0, 2.0, -1.0])
    target = one_channel([1, 1, 1, 0])
    loss = balanced_cross_entropy(logits, target, torch.ones_like(target, dtype=torch.bool))
    positive, negative = F.softplus(torch.tensor(-2.0)), F.softplus(torch.tensor(-1.0))
    assert loss.item() == pytest.approx(((positive + negative) / 2).item(), rel=1e-6)


def test_unknown_links_do_not_count():
    logits = one_channel([2.0, -1.0, 50.0])
    target = one_channel([1, 0, 0])
    known = one_channel([1, 1, 0]).bool()
    expected = balanced_cross_entropy(logits[..., :2], target[..., :2], known[..., :2])
    assert torch.allclose(balanced_cross_entropy(logits, target, known), expected)


def test_a_class_that_is_all_but_absent_does_not_dominate():
    logits = torch.zeros((1, 1, 1, 100, 100))
    target = torch.ones_like(logits)
    target[..., 0, 0] = 0
    loss = balanced_cross_entropy(logits, target, torch.ones_like(target, dtype=torch.bool))
    weight = 0.9999 * 0.5 / (1 - MIN_CLASS_SHARE) + 0.0001 * 0.5 / MIN_CLASS_SHARE
    assert loss.item() == pytest.approx(weight * 0.6931472, rel=1e-4)


def test_channels_are_balanced_one_by_one():
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 2, 8, 8)
    target = torch.rand(2, 3, 2, 8, 8) < torch.tensor([0.2, 0.5, 0.8]).view(1, 3, 1, 1, 1)
    known = torch.ones_like(target)
    together = balanced_cross_entropy(logits, target, known)
    alone = [balanced_cross_entropy(logits[:, i : i + 1], target[:, i : i + 1], known[:, i : i + 1]) for i in range(3)]
    assert torch.allclose(together, torch.cat(alone))
