"""Ground truth of a crop, made fit for scoring."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage.measure import label

MIN_VOXELS = 1000
"""Objects of a crop below this are not scored; at the resolution of the tracing."""


def scorable_truth(labels: NDArray[np.integer], min_voxels: int = MIN_VOXELS) -> NDArray[np.int32]:
    """Objects by 3D connected components (26 neighbours), those below `min_voxels` set to 0.

    A neurite that leaves a crop and comes back is two objects in it: nothing inside the crop says that they are one.
    """
    components = label(labels.astype(np.int64), background=0, connectivity=3).astype(np.int32)
    sizes = np.bincount(components.ravel())
    kept = sizes >= min_voxels
    kept[0] = False
    return np.where(kept[components], components, 0)
