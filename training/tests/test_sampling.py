import numpy as np
import torch

from fascicle_training.data.phantom import phantom_volume
from fascicle_training.data.sampling import CropDataset, Source, draw_crop

EXTENT = (4, 24, 24)


def dataset(sources, first=0, length=6):
    return CropDataset(sources, EXTENT, length, seed=5, first=first, prepare=lambda crop, rng: (crop.raw, crop.labels))


def test_a_resumed_run_draws_the_crops_that_would_have_come():
    sources = [Source(phantom_volume((12, 48, 48), 12, 1), 1.0, z_steps=(1, 2))]
    whole, rest = dataset(sources), dataset(sources, first=3, length=3)
    for i in range(3):
        assert torch.equal(whole[3 + i][0], rest[i][0])


def test_volumes_are_drawn_by_weight():
    volumes = [phantom_volume((6, 32, 32), 8, seed) for seed in (1, 2)]
    sources = [Source(volumes[0], 3.0), Source(volumes[1], 1.0, section_defects=False)]
    rng = np.random.default_rng(0)
    crops = [draw_crop(sources, np.array([0.75, 0.25]), EXTENT, rng) for _ in range(400)]
    assert 0.68 < np.mean([crop.section_defects for crop in crops]) < 0.82


def test_raw_is_normalised_by_the_whole_volume():
    volume = phantom_volume((4, 24, 24), 6, 3)
    crop = draw_crop([Source(volume, 1.0)], np.ones(1), EXTENT, np.random.default_rng(0))
    assert torch.allclose(crop.raw, torch.from_numpy((volume.raw - volume.mean) / volume.std).float(), atol=1e-5)


def test_every_other_section_is_taken_with_a_step_of_two():
    volume = phantom_volume((8, 24, 24), 6, 3)
    source = Source(volume, 1.0, z_steps=(2,), min_labelled_fraction=0.0, border_in_z=True)
    crop = draw_crop([source], np.ones(1), EXTENT, np.random.default_rng(0))
    assert crop.labels.numpy().tolist() in [volume.labels[s : s + 7 : 2].tolist() for s in (0, 1)] or torch.equal(
        crop.labels, torch.from_numpy(volume.labels[::2].astype(np.float32))
    )
    assert not crop.border_in_z
