import numpy as np
import pytest
import torch
from skimage.feature import hog

from fascicle_training.augmentation.mixing import mix_amplitudes, paste_window
from fascicle_training.optimisation.polynomial import PolynomialDecay
from fascicle_training.systems.segneuron.augmentation import augment, cut_out, deform
from fascicle_training.systems.segneuron.config import FinetuningConfig
from fascicle_training.systems.segneuron.finetuning import MixedCrops
from fascicle_training.systems.segneuron.losses import cross_entropy, long_range_loss, squared_error
from fascicle_training.systems.segneuron.masking import block_mask, mask_crop
from fascicle_training.systems.segneuron.sampling import Crop, SampledItems, TissueSampler
from fascicle_training.systems.segneuron.targets import finetuning_targets
from fascicle_training.systems.segneuron.tissue import Tissue, dense_labels, rescale
from fascicle_training.targets.affinities import LONG_RANGE
from fascicle_training.targets.oriented_gradients import gradient_picture


def tissue(group, value=0, shape=(20, 48, 48), **changes):
    return Tissue(group, np.full(shape, value, np.uint8), np.ones(shape, np.int32), **changes)


def test_the_picture_of_gradients_is_the_customary_one(rng):
    sections = rng.random((2, 24, 32)).astype(np.float32)
    expected = [hog(s, pixels_per_cell=(4, 4), cells_per_block=(1, 1), visualize=True)[1] for s in sections]
    assert np.allclose(gradient_picture(torch.from_numpy(sections)).numpy(), expected, atol=1e-5)


def test_cells_must_cover_a_section():
    with pytest.raises(ValueError, match="cells of 4 x 4"):
        gradient_picture(torch.zeros(1, 10, 12))


def test_masked_blocks_are_whole_and_as_many_as_asked(rng):
    mask = block_mask((8, 16, 16), (2, 4, 4), 0.5, rng).reshape(4, 2, 4, 4, 4, 4)
    blocks = mask.float().mean(dim=(1, 3, 5))
    assert set(blocks.unique().tolist()) == {0.0, 1.0}
    assert blocks.mean() == 0.5


def test_masks_keep_the_statistics_of_the_crop(rng):
    raw = 0.6 + 0.1 * torch.randn(20, 64, 64)
    masked, mask = mask_crop(raw, rng)
    assert torch.equal(masked[~mask], raw[~mask])
    assert 0.45 < mask.float().mean() < 0.75
    assert masked[mask].mean() == pytest.approx(0.6, abs=0.01)
    assert masked[mask].std() == pytest.approx(0.1, abs=0.01)


def test_the_smallest_square_exchanges_brightness_alone(rng):
    raw, other = (torch.from_numpy(0.3 + 0.2 * rng.random((3, 32, 32))).float() for _ in range(2))
    other = other * 1.5
    mixed = mix_amplitudes(raw, other, 0.001)
    assert torch.allclose(mixed - mixed.mean((1, 2), True), raw - raw.mean((1, 2), True), atol=1e-5)
    assert torch.allclose(mixed.mean((1, 2)), other.mean((1, 2)), atol=1e-5)


def test_a_larger_square_exchanges_low_frequencies_and_keeps_phases(rng):
    raw, other = (torch.from_numpy(0.4 + 0.1 * rng.random((2, 32, 32))).float() for _ in range(2))
    mixed, own, donor = (torch.fft.fft2(v) for v in (mix_amplitudes(raw, other, 0.07), raw, other))
    assert torch.allclose(mixed[:, 1, 2].abs(), donor[:, 1, 2].abs(), atol=1e-3)
    assert torch.allclose(mixed[:, 5, 2].abs(), own[:, 5, 2].abs(), atol=1e-3)
    assert torch.allclose(mixed[:, 1, 2].angle(), own[:, 1, 2].angle(), atol=1e-2)


def test_a_window_is_pasted_in_raw_and_targets_alike(rng):
    own = (torch.zeros(1, 3, 20, 20), torch.zeros(4, 3, 20, 20))
    mixed = paste_window(own, (torch.ones(1, 3, 20, 20), torch.ones(4, 3, 20, 20)), 8, rng)
    assert all(m.mean() == pytest.approx(64 / 400) for m in mixed)
    assert torch.equal(mixed[0].expand(4, -1, -1, -1), mixed[1])
    assert own[0].sum() == 0


def test_first_planes_are_linked_inside_neurites():
    labels = torch.ones(2, 6, 6)
    labels[:, :, 4:] = 2
    target, weight, ids = finetuning_targets(labels, border_in_z=False)
    assert target[:3, 0, 0, 0].tolist() == [1, 1, 1]
    assert target[:, 0, 2].tolist()[3] == [1, 1, 1, 0, 0, 1], "borders of touching neurites are widened"
    assert ids[0, 0, 2].tolist() == [1, 1, 1, 0, 0, 2], "as they are linked"
    assert weight.all()


def test_ignored_voxels_weigh_nothing():
    labels = torch.from_numpy(dense_labels(np.array([[[0, 5, 9, 9]]]), (5,)).astype(np.float32))
    assert labels.tolist() == [[[0, -1, 2, 2]]]
    assert finetuning_targets(labels, False)[1].tolist() == [[[[1, 0, 1, 1]]]]


def test_losses_count_affinities_per_voxel_and_skip_what_is_ignored():
    logits = (torch.zeros(1, 3, 2, 2, 2), torch.zeros(1, 1, 2, 2, 2))
    target, weight = torch.ones(1, 4, 2, 2, 2), torch.ones(1, 1, 2, 2, 2)
    assert {k: float(v) for k, v in squared_error(logits, target, weight).items()} == {
        "affinities": 0.75,
        "foreground": 0.25,
    }
    assert float(cross_entropy(logits, target, weight)["affinities"]) == pytest.approx(3 * np.log(2))
    weight[..., 0] = 0
    assert float(squared_error(logits, target, weight)["foreground"]) == 0.125


def test_groups_are_drawn_alike_however_many_volumes_they_have(rng):
    sampler = TissueSampler([tissue("many") for _ in range(9)] + [tissue("one")], (8, 32, 32))
    drawn = [sampler.tissue(rng).group for _ in range(400)]
    assert drawn.count("one") == pytest.approx(200, abs=50)
    assert {sampler.tissue(rng, other_than="one").group for _ in range(20)} == {"many"}


def test_weights_say_how_often_groups_are_drawn(rng):
    sampler = TissueSampler([tissue("often"), tissue("seldom")], (8, 32, 32), {"often": 3.0})
    assert [sampler.tissue(rng).group for _ in range(400)].count("often") == pytest.approx(300, abs=40)
    with pytest.raises(ValueError, match=r"groups \['other'\]; there are \['often', 'seldom'\]"):
        TissueSampler([tissue("often"), tissue("seldom")], (8, 32, 32), {"other": 1.0})


def test_boxes_are_cut_out_per_area():
    def dark(side):
        crops = (cut_out(torch.ones(20, side, side), np.random.default_rng(seed)) for seed in range(40))
        return float(torch.stack([(crop == 0).float().mean() for crop in crops]).mean())

    assert dark(64) == pytest.approx(dark(128), abs=0.05)


def test_sections_are_skipped_and_the_field_is_scaled(rng):
    raw = np.arange(20, dtype=np.uint8)[:, None, None].repeat(48, 1).repeat(48, 2)
    sampler = TissueSampler([Tissue("a", raw, None, z_steps=(2,), zoom=(1.5, 1.5))], (8, 32, 32))
    crop = sampler.crop(sampler.tissue(rng), rng)
    assert crop.raw.shape == (8, 32, 32)
    assert torch.allclose((crop.raw[1:] - crop.raw[:-1]) * 255, torch.tensor(2.0), atol=1e-3)


def test_a_volume_that_is_too_small_is_refused():
    with pytest.raises(ValueError, match=r"group small .* crops need \(8, 64, 64\)"):
        TissueSampler([tissue("small")], (8, 64, 64))


def test_items_are_functions_of_seed_and_place():
    def make(rng):
        return (torch.tensor(rng.random()),)

    assert SampledItems(make, 3, first=5)[0] == SampledItems(make, 3, first=0)[5]
    assert SampledItems(make, 3, first=0)[0] != SampledItems(make, 4, first=0)[0]


def test_augmentation_keeps_range_and_ids():
    labels = torch.arange(8 * 32 * 32).reshape(8, 32, 32).remainder(5).float()
    for seed in range(12):
        found = augment(Crop(torch.rand(8, 32, 32), labels), np.random.default_rng(seed))
        assert found.raw.shape == found.labels.shape == (8, 32, 32)
        assert found.raw.min() >= 0
        assert found.raw.max() <= 1
        assert set(found.labels.unique().tolist()) <= {0, 1, 2, 3, 4}


def test_deformation_moves_raw_and_labels_together(rng):
    labels = torch.zeros(4, 48, 48)
    labels[:, 10:30, 10:30] = 1
    raw, moved = deform(labels.clone(), labels, rng)
    # At a corner, bilinear interpolation gives the nearest pixel a quarter of the weight at least.
    assert (raw - moved).abs().max() <= 0.7501


def test_percentiles_become_zero_and_one():
    image = rescale(np.arange(1001, dtype=np.uint16).reshape(1, 7, 143) * 4)
    assert image.min() == 0
    assert image.max() == 1
    assert image[0, 3, 71] == pytest.approx(0.5)


def test_the_rate_falls_to_its_last_value():
    decay = PolynomialDecay(1e-2, 1e-4, 1.5)
    assert [decay.rate(p) for p in (0.0, 1.0, 2.0)] == [1e-2, 1e-4, 1e-4]
    assert decay.rate(0.75) == pytest.approx(1e-4 + 9.9e-3 / 8)


def test_a_long_range_link_is_one_inside_a_neurite_and_counts_where_both_ends_are_known():
    ids = torch.ones(1, 1, 4, 12, 12)
    ids[..., 6:] = 2
    weight = torch.ones_like(ids)
    certain = torch.full((1, len(LONG_RANGE), 4, 12, 12), 20.0)
    along_x = LONG_RANGE.index((0, 0, -3))
    # Of 9 columns that have a partner three columns before them, 3 cross the border.
    crossing = certain.clone()
    crossing[:, along_x, ..., 6:9] = -20.0
    far_x = LONG_RANGE.index((0, 0, -9))
    crossing[:, far_x] = -20.0
    assert float(long_range_loss(crossing, ids, weight)) == pytest.approx(0, abs=1e-6)
    assert float(long_range_loss(certain, ids, weight)) == pytest.approx(20 * (3 / 9 + 1), rel=1e-4)
    weight[..., 6:9] = 0
    crossing[:, along_x, ..., 6:9] = 20.0
    assert float(long_range_loss(crossing, ids, weight)) == pytest.approx(0, abs=1e-6), "ignored voxels"
    unsure = long_range_loss(torch.zeros_like(certain), ids, torch.ones_like(ids))
    # 27 voxels do not fit, so two of the eight links have no voxel.
    assert float(unsure) == pytest.approx((len(LONG_RANGE) - 2) * np.log(2))


def test_no_neurite_goes_on_across_the_seam_of_a_pasted_window():
    one = tissue("one", 100)
    crops = MixedCrops(TissueSampler([one], (8, 32, 32)), FinetuningConfig(steps=1, frequency_mix=0.0, spatial_mix=1.0))
    raw, target, weight, ids = crops(np.random.default_rng(0))
    assert raw.shape == weight.shape == ids.shape
    assert target.shape == (4, *ids.shape[1:])
    assert len(ids[ids > 0].unique()) == 2, "the same neurite, twice"
