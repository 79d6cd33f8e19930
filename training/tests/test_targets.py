import itertools

import pytest
import torch

from fascicle_training.targets.affinities import (
    LONG_RANGE,
    NEAREST,
    affinity_targets,
    foreground_target,
    known_links,
    widen_borders,
)


@pytest.fixture
def labels(rng):
    return torch.from_numpy(rng.integers(0, 3, (5, 12, 13))).float()


def naive(labels, offset):
    """Affinity and whether the link is known, voxel by voxel."""
    affinity = torch.zeros(labels.shape, dtype=torch.bool)
    known = torch.zeros(labels.shape, dtype=torch.bool)
    for p in itertools.product(*map(range, labels.shape)):
        q = tuple(a + o for a, o in zip(p, offset, strict=True))
        if all(0 <= b < n for b, n in zip(q, labels.shape, strict=True)):
            known[p] = True
            affinity[p] = labels[p] == labels[q] and labels[p] > 0
    return affinity, known


def test_affinities_equal_a_naive_loop(labels):
    offsets = NEAREST + LONG_RANGE
    affinities, known = affinity_targets(labels, offsets), known_links(labels.shape, offsets)
    for channel, offset in enumerate(offsets):
        expected, expected_known = naive(labels, offset)
        assert torch.equal(affinities[channel], expected), offset
        assert torch.equal(known[channel], expected_known), offset


def test_nearest_channels_point_to_the_voxel_before():
    assert NEAREST == ((-1, 0, 0), (0, -1, 0), (0, 0, -1))


def test_refuses_links_to_voxels_that_come_after(labels):
    with pytest.raises(ValueError, match="no part may be positive"):
        affinity_targets(labels, [(1, 0, 0)])


def test_foreground_is_what_carries_an_id(labels):
    assert torch.equal(foreground_target(labels)[0], labels > 0)


@pytest.mark.parametrize("in_z", [False, True])
def test_borders_are_cleared_where_a_window_holds_two_ids(labels, in_z):
    widened = widen_borders(labels, in_z)
    reach = 1 if in_z else 0
    for z, y, x in itertools.product(*map(range, labels.shape)):
        window = labels[max(z - reach, 0) : z + reach + 1, max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2]
        ids = {int(i) for i in window.unique() if i > 0}
        assert widened[z, y, x] == (0 if len(ids) > 1 else labels[z, y, x])
