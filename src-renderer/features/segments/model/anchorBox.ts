import type { Layer } from '#contract/routes/projects.ts';
import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

/** A box to read at a level, in voxels of that level. */
export interface LevelBox {
  readonly level: number;
  readonly min: Zyx;
  readonly shape: Zyx;
  readonly factor: Zyx;
}

/** Voxels that are read to find one inside a supervoxel. */
const MOST_VOXELS = 262_144;

/**
 * Where to look for a voxel of a supervoxel whose box is known: the finest level at which the box is small, then finer ones, since a
 * thin supervoxel may be lost in a coarse level. At the finest level a large box is cut to its middle.
 *
 * @param box min z, y, x, max z, y, x in voxels of the project
 */
export function anchorBoxes(box: ArrayLike<number>, levels: Layer['levels']): LevelBox[] {
  const candidates = levels.map(({ factor, shape }, level): LevelBox => {
    const min = mapZyx((axis) => Math.min(Math.floor(box[axis] / factor[axis]), shape[axis] - 1));
    const max = mapZyx((axis) => Math.min(Math.ceil(box[axis + 3] / factor[axis]), shape[axis]));
    return { level, min, shape: mapZyx((axis) => Math.max(1, max[axis] - min[axis])), factor };
  });
  const isSmall = ({ shape }: LevelBox) => shape[0] * shape[1] * shape[2] <= MOST_VOXELS;
  const coarsest = candidates.findIndex(isSmall);
  return (coarsest === -1 ? candidates : candidates.slice(0, coarsest + 1)).map(cutToMiddle).reverse();
}

function cutToMiddle({ level, min, shape, factor }: LevelBox): LevelBox {
  const edge = Math.floor(Math.cbrt(MOST_VOXELS));
  if (shape[0] * shape[1] * shape[2] <= MOST_VOXELS) return { level, min, shape, factor };
  const cut = mapZyx((axis) => Math.min(shape[axis], edge));
  return { level, factor, shape: cut, min: mapZyx((axis) => min[axis] + Math.floor((shape[axis] - cut[axis]) / 2)) };
}

/** The voxel with value `id` that is nearest to the middle of a block, z, y, x from its corner; null where there is none. */
export function nearestToMiddle(voxels: ArrayLike<number>, [depth, rows, columns]: Zyx, id: number): Zyx | null {
  let best: Zyx | null = null;
  let bestDistance = Infinity;
  for (let z = 0, at = 0; z < depth; z++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++, at++) {
        if (voxels[at] !== id) continue;
        const distance = (z - depth / 2) ** 2 + (y - rows / 2) ** 2 + (x - columns / 2) ** 2;
        if (distance < bestDistance) {
          bestDistance = distance;
          best = [z, y, x];
        }
      }
  return best;
}
