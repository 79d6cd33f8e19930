import type { Layer } from '#contract/routes/projects.ts';
import { addZyx, mapZyx } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { frameBounds, fromFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';
import type { SliceFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';
import { divideZyx, multiplyZyx } from '#renderer/rendering/slices/geometry/vectors.ts';

import { TILE_SIZE, tileRange } from './tileGrid.ts';
import type { GridLevel, TileGrid } from './tileGrid.ts';

/**
 * The tiles of a slice at an angle. Texels are square: those of level k are 2^k times the finest voxel edge, up to where the
 * volume fits into one tile. They are counted from the corner of the volume, so that tiles stay valid while the picture is panned.
 *
 * @param offsetNm place of the plane along the frame's normal
 */
export function obliqueGrid(
  layer: Layer,
  channel: number,
  frame: SliceFrame,
  offsetNm: number,
  shape: Zyx,
  voxelSizeNm: VoxelSizeNm,
): TileGrid {
  const bounds = frameBounds(frame, multiplyZyx(shape, voxelSizeNm));
  const finest = Math.min(...voxelSizeNm);
  const longest = Math.max(bounds.max[0] - bounds.min[0], bounds.max[1] - bounds.min[1]);
  const count = 1 + Math.max(0, Math.ceil(Math.log2(longest / finest / TILE_SIZE)));
  const levels = Array.from({ length: count }, (_, level): GridLevel => {
    const texel = finest * 2 ** level;
    const range = (axis: 0 | 1) => [Math.floor(bounds.min[axis] / texel), Math.ceil(bounds.max[axis] / texel)] as const;
    return { level, texelNm: [texel, texel], columns: range(0), rows: range(1) };
  });
  const slice = `oblique/${[frame.right, frame.down]
    .flat()
    .map((part) => part.toFixed(5))
    .join()}/${offsetNm.toFixed(2)}`;
  return {
    slice,
    levels,
    tile(level, tileColumn, tileRow) {
      const { texelNm, columns, rows } = levels[level];
      const [firstColumn, endColumn] = tileRange(columns, tileColumn);
      const [firstRow, endRow] = tileRange(rows, tileRow);
      const source = sourceLevel(layer, texelNm[0], voxelSizeNm);
      const voxelNm = multiplyZyx(voxelSizeNm, layer.levels[source].factor);
      const firstTexelNm = fromFrame(frame, (firstColumn + 0.5) * texelNm[0], (firstRow + 0.5) * texelNm[1], offsetNm);
      // The engine counts from the middle of voxel 0, the frame from its corner.
      const origin = addZyx(divideZyx(firstTexelNm, voxelNm), [-0.5, -0.5, -0.5]);
      return {
        key: `${layer.id}/${channel}/${level}/${slice}/${tileColumn}/${tileRow}`,
        level,
        column: firstColumn,
        row: firstRow,
        columns: endColumn - firstColumn,
        rows: endRow - firstRow,
        texelNm,
        request: {
          kind: 'oblique',
          layer: layer.id,
          channel,
          level: source,
          origin,
          right: mapZyx((axis) => (frame.right[axis] * texelNm[0]) / voxelNm[axis]),
          down: mapZyx((axis) => (frame.down[axis] * texelNm[1]) / voxelNm[axis]),
          columns: endColumn - firstColumn,
          rows: endRow - firstRow,
        },
      };
    },
  };
}

/** The coarsest level whose voxels are still as fine as a texel. */
function sourceLevel(layer: Layer, texelNm: number, voxelSizeNm: VoxelSizeNm): number {
  const isFineEnough = layer.levels.map(
    ({ factor }) => Math.min(...multiplyZyx(voxelSizeNm, factor)) <= texelNm * 1.001,
  );
  return Math.max(0, isFineEnough.lastIndexOf(true));
}
