import numpy as np
import pytest
from skimage.metrics import adapted_rand_error, variation_of_information

from fascicle_training.metrics.partition import contingency, evaluate, scores


def ids(text):
    return np.array([int(c) for c in text.replace(" ", "")])


VECTORS = [
    ("1111 2222", "1122 3333", 0.5, 0.0, 0.2, 0.142857),
    ("1111 2222 00", "1122 3333 39", 0.5, 0.0, 0.2, 0.142857),
    ("1111 2222", "5555 5555", 0.0, 1.0, 0.4, None),
    ("1111 2222", "0011 0022", 1.0, 0.5, 0.6, 0.580247),
]


@pytest.mark.parametrize(("truth", "segmentation", "split", "merge", "error", "cremi"), VECTORS)
def test_scores_of_known_partitions(truth, segmentation, split, merge, error, cremi):
    result = evaluate(ids(truth), ids(segmentation))
    assert result.split == pytest.approx(split, abs=1e-12)
    assert result.merge == pytest.approx(merge, abs=1e-12)
    assert result.adapted_rand_error == pytest.approx(error, abs=1e-12)
    if cremi is not None:
        assert result.cremi_adapted_rand_error == pytest.approx(cremi, abs=1e-6)


def test_equals_scikit_image_on_random_partitions(rng):
    truth = rng.integers(0, 9, (6, 20, 20))
    segmentation = rng.integers(0, 12, (6, 20, 20))
    result = evaluate(truth, segmentation)
    counted = truth > 0
    split, merge = variation_of_information(truth[counted], segmentation[counted])
    assert result.split == pytest.approx(split)
    assert result.merge == pytest.approx(merge)
    assert result.adapted_rand_error == pytest.approx(adapted_rand_error(truth, segmentation, ignore_labels=(0,))[0])


def test_relabelling_the_table_equals_relabelling_the_voxels(rng):
    truth = rng.integers(0, 5, 500)
    segmentation = rng.integers(0, 10, 500)
    table = rng.integers(0, 4, 10)
    assert scores(contingency(truth, segmentation).relabelled(table)) == evaluate(truth, table[segmentation])


def test_refuses_a_truth_without_objects():
    with pytest.raises(ValueError, match="nothing to score"):
        evaluate(np.zeros(4, int), np.ones(4, int))
