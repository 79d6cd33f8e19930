import type { Layer } from '#contract/routes/projects.ts';
import type { VoxelBlock } from '#contract/voxelBlock.ts';
import { KEEP } from '#contract/voxelPatches.ts';
import type { VoxelPatch } from '#contract/voxelPatches.ts';
import { addZyx, boxShape, mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { PLANE_AXES } from '#renderer/rendering/slices/geometry/planeAxes.ts';
import { addScaled, multiplyZyx } from '#renderer/rendering/slices/geometry/vectors.ts';

import type { TileRequest } from './tileGrid.ts';

/** Where the texels of a tile lie in the volume: the middle of the first, and the way to the next column and row; voxels, z, y, x. */
interface TexelLattice {
  readonly first: Zyx;
  readonly right: Zyx;
  readonly down: Zyx;
}

/**
 * The texels of a tile of labels as they would be with voxels changed; null where the tile shows none of them. A texel of a coarse level
 * shows the voxel in its middle.
 *
 * @param block what the engine sent for `request`; stays as it is
 */
export function patchTile(
  request: TileRequest,
  layer: Layer,
  block: VoxelBlock,
  patches: readonly VoxelPatch[],
): VoxelBlock | null {
  const { first, right, down } = latticeOf(request, layer);
  let voxels: Uint32Array | null = null;
  for (const { window, labels } of patches) {
    if (!mayShow(window.min, window.max, { first, right, down }, block)) continue;
    const [, rows, columns] = boxShape(window);
    for (let row = 0; row < block.rows; row++) {
      let [z, y, x] = addScaled(first, down, row);
      for (let column = 0; column < block.columns; column++, z += right[0], y += right[1], x += right[2]) {
        const [vz, vy, vx] = [Math.floor(z), Math.floor(y), Math.floor(x)];
        if (vz < window.min[0] || vz >= window.max[0] || vy < window.min[1] || vy >= window.max[1]) continue;
        if (vx < window.min[2] || vx >= window.max[2]) continue;
        const at = ((vz - window.min[0]) * rows + vy - window.min[1]) * columns + vx - window.min[2];
        if (labels[at] === KEEP) continue;
        voxels ??= Uint32Array.from(block.voxels);
        voxels[row * block.columns + column] = labels[at];
      }
    }
  }
  return voxels && { ...block, type: 'uint32', voxels };
}

function latticeOf(request: TileRequest, layer: Layer): TexelLattice {
  const { factor } = layer.levels[request.level];
  if (request.kind === 'oblique') {
    // The engine counts from the middle of voxel 0.
    const first = multiplyZyx(addZyx(request.origin, [0.5, 0.5, 0.5]), factor);
    return { first, right: multiplyZyx(request.right, factor), down: multiplyZyx(request.down, factor) };
  }
  const axes = PLANE_AXES[request.plane];
  const unit = (along: number): Zyx => mapZyx((axis) => (axis === along ? factor[axis] : 0));
  const texel = mapZyx((axis) =>
    axis === axes.column ? request.column : axis === axes.row ? request.row : request.position,
  );
  const first = multiplyZyx(addZyx(texel, [0.5, 0.5, 0.5]), factor);
  return { first, right: unit(axes.column), down: unit(axes.row) };
}

/** False where no texel can lie in a box. */
function mayShow(min: Zyx, max: Zyx, { first, right, down }: TexelLattice, { rows, columns }: VoxelBlock): boolean {
  return first.every((start, axis) => {
    const [across, along] = [right[axis] * (columns - 1), down[axis] * (rows - 1)];
    const low = start + Math.min(0, across) + Math.min(0, along);
    const high = start + Math.max(0, across) + Math.max(0, along);
    return high >= min[axis] && low < max[axis];
  });
}
