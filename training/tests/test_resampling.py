import numpy as np
import pytest

from fascicle_training.data.resampling import coarsen_sections, refine_probabilities
from fascicle_training.targets.affinities import NEAREST


def test_coarse_pixels_are_averages_of_what_they_cover():
    sections = np.arange(6, dtype=np.float32)[None, None].repeat(3, axis=1)
    assert coarsen_sections(sections, 1.5)[0, 0].tolist() == pytest.approx([1 / 3, 5 / 3, 10 / 3, 14 / 3])
    # The last pixel covers no more than the volume has.
    assert coarsen_sections(sections, 4)[0, 0].tolist() == [1.5, 4.5]
    assert coarsen_sections(sections, 1) is sections


def test_finer_pixels_are_refused():
    with pytest.raises(ValueError, match=r"zoom 0\.5"):
        coarsen_sections(np.zeros((1, 4, 4), np.float32), 0.5)


def test_voxels_come_back_at_their_centres_and_links_at_their_faces():
    coarse = np.broadcast_to(np.array([0.0, 1.0, 2.0, 3.0], np.float32), (4, 1, 4, 4))
    found = refine_probabilities(coarse, 2.0, NEAREST, (1, 8, 8))
    assert found.shape == (4, 1, 8, 8)
    centres = [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]
    assert found[3, 0, 0].tolist() == centres
    assert found[1, 0, 0].tolist() == centres, "links along y lie at the centres of columns"
    assert found[2, 0, 0].tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3]


def test_a_slope_comes_back_whatever_the_ratio():
    y, x = np.mgrid[:40, :50].astype(np.float32)
    slope = (0.3 * y + 0.7 * x)[None]
    coarse = coarsen_sections(slope, 5 / 3)
    back = refine_probabilities(coarse[None], 5 / 3, (), slope.shape)[0]
    assert np.abs(back - slope)[0, 2:-3, 2:-3].max() < 0.05
