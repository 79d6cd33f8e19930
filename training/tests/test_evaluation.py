import numpy as np
import pytest

from fascicle_training.data.phantom import phantom_volume
from fascicle_training.evaluation.agglomeration import absorb_small, agglomerate, cut
from fascicle_training.evaluation.baseline import components_baseline, darkness
from fascicle_training.evaluation.inference import predict_volume
from fascicle_training.evaluation.region_graph import RegionGraph, region_graph
from fascicle_training.evaluation.segmentation import PostProcessing, quantise, segment, sweep
from fascicle_training.evaluation.size_gated_merge import size_gated_merge
from fascicle_training.evaluation.truth import scorable_truth
from fascicle_training.evaluation.watershed import affinity_watershed
from fascicle_training.metrics.partition import evaluate


def basins_by_climbing(affinities, low, high):
    """The slow way: from each voxel along the strongest link, and over strong links, one union at a time."""
    shape = affinities.shape[1:]
    parent = {p: p for p in np.ndindex(shape)}

    def find(p):
        while parent[p] != p:
            p = parent[p]
        return p

    links = {}
    for p in np.ndindex(shape):
        for axis in range(3):
            q = tuple(v - (a == axis) for a, v in enumerate(p))
            if min(q) >= 0:
                links[p, q] = links[q, p] = affinities[(axis, *p)]
    touched = set()
    for p in np.ndindex(shape):
        around = [(links[a, b], b) for a, b in links if a == p]
        if around and max(around)[0] > low:
            parent[find(p)] = find(max(around)[1])
            touched |= {p, max(around)[1]}
    for (p, q), value in links.items():
        if value >= high and value > low:
            parent[find(p)] = find(q)
            touched |= {p, q}
    return {p: find(p) if p in touched else None for p in parent}


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.1), (0.3, 0.9), (0.6, 0.6)])
def test_watershed_equals_climbing_on_affinities_without_ties(rng, low, high):
    affinities = rng.permutation(3 * 4 * 5 * 6).reshape(3, 4, 5, 6).astype(np.float32) / 360
    fragments = affinity_watershed(affinities, low, high)
    expected = basins_by_climbing(affinities, low, high)
    pairs = {(fragments[p], root) for p, root in expected.items()}
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert all((a == 0) == (b is None) for a, b in pairs)


def test_region_graph_sums_every_contact(rng):
    fragments = rng.integers(0, 5, (4, 6, 7)).astype(np.int32)
    affinities = rng.random((3, 4, 6, 7)).astype(np.float32)
    expected = {}
    for axis in range(3):
        for p in np.ndindex(fragments.shape):
            q = tuple(v - (a == axis) for a, v in enumerate(p))
            if min(q) < 0 or fragments[p] == fragments[q] or 0 in (fragments[p], fragments[q]):
                continue
            key = tuple(sorted((int(fragments[p]), int(fragments[q]))))
            expected.setdefault(key, []).append(affinities[(axis, *p)])
    graph = region_graph(fragments, affinities)
    assert list(zip(graph.u.tolist(), graph.v.tolist(), strict=True)) == sorted(expected)
    for edge, key in enumerate(sorted(expected)):
        assert graph.contacts[edge] == len(expected[key])
        assert graph.affinity_sum[edge] == pytest.approx(sum(expected[key]), rel=1e-5)
        assert graph.strongest[edge] == max(expected[key])
    assert graph.sizes.tolist() == np.bincount(fragments.ravel()).tolist()


def graph_of(edges, sizes):
    u, v, score, contacts = (np.array(c) for c in zip(*edges, strict=True))
    return RegionGraph(u, v, score * contacts, contacts, score.astype(np.float32), np.array([0, *sizes]))


CHAIN = graph_of([(1, 2, 0.9, 10), (1, 3, 0.2, 30), (2, 3, 0.8, 10), (3, 4, 0.5, 4)], [50, 50, 50, 5])


def test_merged_edges_are_averaged_over_all_contacts():
    tree = agglomerate(CHAIN, floor=0.0)
    assert tree.score.tolist() == pytest.approx([0.9, 0.5, (0.2 * 30 + 0.8 * 10) / 40])


def test_a_threshold_is_a_prefix_of_the_merges():
    tree = agglomerate(CHAIN, floor=0.0)
    groups = {t: len(set(cut(tree, 5, t)[1:].tolist())) for t in (0.95, 0.6, 0.4, 0.3)}
    assert groups == {0.95: 4, 0.6: 3, 0.4: 2, 0.3: 1}


def test_small_segments_go_to_their_strongest_neighbour():
    segments = absorb_small(np.arange(5), CHAIN, min_voxels=10)
    assert segments[4] == segments[3]
    assert len(set(segments[1:].tolist())) == 3


def test_size_gated_merge_takes_the_strongest_contact_first():
    assert size_gated_merge(CHAIN, 10).tolist() == [0, 1, 2, 3, 3]
    assert size_gated_merge(CHAIN, 0).tolist() == [0, 1, 2, 3, 4]
    assert size_gated_merge(CHAIN, 60).tolist() == [0, 1, 1, 1, 1]


def test_small_truth_objects_are_not_scored_and_parts_that_do_not_touch_are_two():
    labels = np.zeros((1, 6, 9), int)
    labels[0, :3, :3] = 7
    labels[0, :3, 5:9] = 7
    labels[0, 5, 0] = 3
    truth = scorable_truth(labels, min_voxels=5)
    assert sorted(np.unique(truth, return_counts=True)[1].tolist()) == [9, 12, 33]
    assert truth[0, 5, 0] == 0


def test_quantised_probabilities_are_rounded_half_to_even():
    assert (quantise(np.array([0.0, 0.5 / 255, 1.5 / 255, 1.0], np.float32)) * 255).tolist() == [0.0, 0.0, 2.0, 255.0]


def test_tiles_do_not_show():
    image = np.random.default_rng(0).random((5, 30, 41)).astype(np.float32)

    def blur(tile):
        from scipy.ndimage import uniform_filter

        return uniform_filter(tile, (1, 1, 3, 7, 7), mode="reflect")

    whole = predict_volume(blur, image, (2, 8, 8), core=(8, 64, 64))
    tiled = predict_volume(blur, image, (2, 8, 8), core=(2, 16, 8))
    assert whole.shape == (1, 5, 30, 41)
    assert np.abs(whole - tiled).max() < 1e-6


@pytest.fixture(scope="module")
def perfect():
    """A phantom with affinities that follow its labels."""
    volume = phantom_volume((6, 64, 64), 20, seed=4)
    affinities = np.zeros((3, *volume.labels.shape), np.float32)
    noise = np.random.default_rng(0).random(affinities.shape).astype(np.float32) * 0.01
    for axis in range(3):
        here = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
        there = tuple(slice(None, -1) if a == axis else slice(None) for a in range(3))
        affinities[axis][here] = (volume.labels[here] == volume.labels[there]) & (volume.labels[here] > 0)
    return volume, np.clip(affinities * 0.95 + noise, 0, 1)


def test_good_affinities_give_a_good_segmentation(perfect):
    volume, affinities = perfect
    truth = scorable_truth(volume.labels, 50)
    result = evaluate(
        truth, segment(affinities, PostProcessing(low=0.2, high=0.9, threshold=0.5, min_fragment_voxels=1))
    )
    # What hangs together by an edge or corner only is one object of the truth and has no link.
    assert result.total < 0.1


def test_the_sweep_reports_what_a_single_run_gives(perfect):
    volume, affinities = perfect
    truth = scorable_truth(volume.labels, 50)
    for scored in sweep(affinities, truth, [0.2], [0.9], [0, 20], [0.3, 0.7], [1, 40]):
        assert evaluate(truth, segment(affinities, scored.parameters)) == scored.scores


def test_the_baseline_finds_neurites_behind_dark_membranes():
    volume = phantom_volume((4, 80, 80), 12, seed=2)
    truth = scorable_truth(volume.labels, 50)
    boundary = darkness(volume.raw, (0.0, 1.0, 1.0))
    assert 0.0 <= boundary.min() <= boundary.max() <= 1.0
    best = min(evaluate(truth, components_baseline(boundary, t, 50)).total for t in (0.3, 0.4, 0.5, 0.6))
    assert best < evaluate(truth, np.ones_like(truth)).total
