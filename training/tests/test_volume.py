import h5py
import numpy as np
import pytest

from fascicle_training.data.phantom import phantom_volume
from fascicle_training.data.volume import downsample_labels_in_plane, downsample_raw_in_plane, load_volume, make_volume


def test_raw_is_the_area_mean_rounded_half_to_even():
    raw = np.array([[[0, 1, 8, 8, 9], [0, 1, 8, 10, 9], [7, 7, 7, 7, 7]]], np.uint8)
    assert downsample_raw_in_plane(raw, 2).tolist() == [[[0, 8]]]


def test_labels_are_never_averaged(rng):
    labels = rng.integers(0, 9, (2, 6, 8)).astype(np.int32)
    assert np.array_equal(downsample_labels_in_plane(labels, 2), labels[:, ::2, ::2])


def test_ids_become_dense_and_zero_stays_zero():
    labels = np.array([[[0, 4_000_000_000], [17, 17]]], np.uint32)
    volume = make_volume("v", np.zeros((1, 2, 2), np.uint8), labels, (30, 6, 6))
    assert volume.labels.tolist() == [[[0, 2], [1, 1]]]
    full = make_volume("v", np.zeros((1, 2, 2), np.uint8), labels + 1, (30, 6, 6))
    assert full.labels.min() == 1


def test_slices_keep_the_statistics_of_the_whole_volume():
    volume = phantom_volume((6, 32, 32), 8, seed=1)
    part = volume.slices(1, 3)
    assert part.raw.shape == (2, 32, 32)
    assert (part.mean, part.std) == (volume.mean, volume.std)
    with pytest.raises(ValueError, match="not within 0:6"):
        volume.slices(4, 7)


def test_a_file_without_labels_is_refused_by_name(tmp_path):
    path = tmp_path / "raw_only.h5"
    with h5py.File(path, "w") as file:
        file["raw"] = np.zeros((2, 4, 4), np.uint8)
    with pytest.raises(ValueError, match=r"no dataset \['labels'\]; found \['raw'\]"):
        load_volume(path, (30, 6, 6))


def test_reads_a_file(tmp_path):
    path = tmp_path / "volume.h5"
    with h5py.File(path, "w") as file:
        file["raw"] = np.full((2, 4, 4), 7, np.uint8)
        file["labels"] = np.ones((2, 4, 4), np.uint64)
    volume = load_volume(path, (30, 6, 6), in_plane_factor=2)
    assert volume.raw.shape == volume.labels.shape == (2, 2, 2)
    assert volume.voxel_size_nm == (30, 12, 12)


def test_a_phantom_depends_on_its_seed_alone():
    first, second, other = (phantom_volume((3, 40, 40), 10, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.raw, second.raw)
    assert not np.array_equal(first.raw, other.raw)
    assert first.raw[first.labels == 0].mean() < first.raw[first.labels > 0].mean() - 40
