import type { Layer } from '#contract/routes/projects.ts';
import type { Plane } from '#contract/values.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';
import { PLANE_AXES } from '#renderer/rendering/slices/geometry/planeAxes.ts';

import { tileRange } from './tileGrid.ts';
import type { GridLevel, TileGrid } from './tileGrid.ts';

/**
 * The tiles of a slice along the axes of the volume.
 *
 * @param position voxel of the project that the plane cuts
 */
export function axisGrid(
  layer: Layer,
  channel: number,
  plane: Plane,
  position: number,
  voxelSizeNm: VoxelSizeNm,
): TileGrid {
  const { column, row, normal } = PLANE_AXES[plane];
  const levels = layer.levels.map(({ shape, factor }, level): GridLevel => ({
    level,
    texelNm: [voxelSizeNm[column] * factor[column], voxelSizeNm[row] * factor[row]],
    columns: [0, shape[column]],
    rows: [0, shape[row]],
  }));
  return {
    slice: `${plane}/${position}`,
    levels,
    tile(level, tileColumn, tileRow) {
      const { texelNm, columns, rows } = levels[level];
      const [firstColumn, endColumn] = tileRange(columns, tileColumn);
      const [firstRow, endRow] = tileRange(rows, tileRow);
      const { shape, factor } = layer.levels[level];
      const levelPosition = Math.min(Math.floor(position / factor[normal]), shape[normal] - 1);
      return {
        // A coarse level has one slice for several positions, which then share the tile.
        key: `${layer.id}/${channel}/${level}/${plane}/${levelPosition}/${tileColumn}/${tileRow}`,
        level,
        column: firstColumn,
        row: firstRow,
        columns: endColumn - firstColumn,
        rows: endRow - firstRow,
        texelNm,
        request: {
          kind: 'slice',
          layer: layer.id,
          channel,
          level,
          plane,
          position: levelPosition,
          column: firstColumn,
          row: firstRow,
          columns: endColumn - firstColumn,
          rows: endRow - firstRow,
        },
      };
    },
  };
}
