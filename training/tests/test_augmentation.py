import numpy as np
import pytest
import torch

from fascicle_training.augmentation import geometry, intensity, sections
from fascicle_training.augmentation.pipeline import AugmentationConfig, Crop, augment

EVERYTHING = AugmentationConfig(**{name: 1.0 for name in AugmentationConfig.__dataclass_fields__})
NOTHING = AugmentationConfig(**{name: 0.0 for name in AugmentationConfig.__dataclass_fields__})
GEOMETRY_ONLY = AugmentationConfig(
    **{**{name: 0.0 for name in AugmentationConfig.__dataclass_fields__}, "warp": 1.0, "section_jitter": 1.0}
)
SHAPE = (8, 48, 48)


@pytest.fixture
def crop():
    """Smooth blobs; raw is a function of the label, so that one can be told from the other."""
    z, y, x = np.meshgrid(*(np.arange(n) for n in (8, 72, 72)), indexing="ij")
    labels = torch.from_numpy(1.0 + (y // 18) + 4 * (x // 18) + 0 * z).float()
    return Crop(raw=labels / 8 - 1, labels=labels)


def interior(labels):
    """Voxels whose 3x3 neighbourhood carries one id: there bilinear and nearest sampling agree."""
    largest = torch.nn.functional.max_pool2d(labels[:, None], 3, 1, 1)[:, 0]
    smallest = -torch.nn.functional.max_pool2d(-labels[:, None], 3, 1, 1)[:, 0]
    same = largest == smallest
    same[:, [0, -1]] = same[:, :, [0, -1]] = False
    return same


@pytest.mark.parametrize("seed", range(12))
def test_raw_and_labels_move_together(crop, seed):
    moved = augment(crop, SHAPE, GEOMETRY_ONLY, np.random.default_rng(seed))
    inside = interior(moved.labels)
    assert inside.float().mean() > 0.3
    assert torch.allclose(moved.raw[inside], moved.labels[inside] / 8 - 1, atol=1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_symmetries_keep_every_voxel_with_its_label(crop, seed):
    moved = augment(crop, SHAPE, NOTHING, np.random.default_rng(seed))
    assert torch.equal(moved.raw, moved.labels / 8 - 1)


def test_labels_stay_ids(crop, rng):
    moved = augment(crop, SHAPE, EVERYTHING, rng)
    assert set(moved.labels.unique().tolist()) <= set(crop.labels.unique().tolist())


@pytest.mark.parametrize("seed", range(8))
def test_everything_at_once_gives_a_finite_crop_of_the_shape(crop, seed):
    moved = augment(crop, SHAPE, EVERYTHING, np.random.default_rng(seed))
    assert tuple(moved.raw.shape) == tuple(moved.labels.shape) == SHAPE
    assert torch.isfinite(moved.raw).all()


def test_the_same_seed_gives_the_same_crop(crop):
    first, second = (augment(crop, SHAPE, EVERYTHING, np.random.default_rng(3)) for _ in range(2))
    assert torch.equal(first.raw, second.raw)
    assert torch.equal(first.labels, second.labels)


def test_the_source_is_left_as_it_was(crop, rng):
    raw, labels = crop.raw.clone(), crop.labels.clone()
    for _ in range(5):
        augment(crop, SHAPE, EVERYTHING, rng)
    assert torch.equal(crop.raw, raw)
    assert torch.equal(crop.labels, labels)


def test_a_milled_block_face_has_no_lost_or_displaced_sections(crop):
    crop.section_defects = False
    certain = AugmentationConfig(**{**vars(NOTHING), "missing_section": 1.0, "section_jitter": 1.0})
    moved = augment(crop, SHAPE, certain, np.random.default_rng(0))
    assert torch.equal(moved.raw, moved.labels / 8 - 1)


def test_blank_changes_one_section_only(rng):
    raw = torch.randn(6, 32, 32)
    changed = (sections.blank(raw, rng) != raw).flatten(1).any(dim=1)
    assert changed.sum() == 1


@pytest.mark.parametrize(
    "change",
    [
        intensity.change_volume,
        intensity.change_sections,
        intensity.shade,
        intensity.add_noise,
        intensity.blur,
        sections.defocus,
        sections.cut_out,
    ],
)
def test_intensity_changes_keep_the_shape_and_the_source(change, rng):
    raw = torch.randn(6, 40, 40)
    before = raw.clone()
    changed = change(raw, rng)
    assert changed.shape == raw.shape
    assert torch.isfinite(changed).all()
    assert torch.equal(raw, before)


def test_blur_keeps_a_constant_image():
    assert torch.allclose(intensity.gaussian_blur(torch.full((2, 20, 20), 3.0), 1.3), torch.tensor(3.0))


def test_a_crop_that_is_too_small_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        geometry.centre(torch.zeros(4, 10, 10), (4, 12, 12))
