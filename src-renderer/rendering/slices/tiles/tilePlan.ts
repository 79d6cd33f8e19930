import type { FrameRect } from '#renderer/rendering/slices/geometry/viewport.ts';

import { TILE_SIZE } from './tileGrid.ts';
import type { GridLevel, TexelRange, Tile, TileGrid } from './tileGrid.ts';

/**
 * Texels that a device pixel may stand for before a coarser level is taken. Levels halve both axes, so that a picture has between a
 * half and two texels for each pixel: about one, whatever the scale.
 */
const MOST_TEXELS_PER_PIXEL = 2;

/** The finest level that does not waste texels at a scale. */
export function chooseLevel(levels: readonly GridLevel[], nmPerDevicePixel: number): number {
  const index = levels.findIndex(
    ({ texelNm: [column, row] }) => nmPerDevicePixel ** 2 <= MOST_TEXELS_PER_PIXEL * column * row,
  );
  return index === -1 ? levels.length - 1 : index;
}

/** An overview is for the moment until sharp tiles come: what it lacks in texels it gains in time. */
const MOST_OVERVIEW_TEXELS = 320;

/** The finest level whose whole slice is one small tile, which is asked for first; the last one where none is so small. */
export function overviewLevel(levels: readonly GridLevel[]): number {
  const isOneTile = (range: TexelRange) =>
    range[1] - range[0] <= MOST_OVERVIEW_TEXELS &&
    Math.floor(range[0] / TILE_SIZE) === Math.floor((range[1] - 1) / TILE_SIZE);
  const index = levels.findIndex(({ columns, rows }) => isOneTile(columns) && isOneTile(rows));
  return index === -1 ? levels.length - 1 : index;
}

/** The tiles of a level that meet a rectangle of the frame, those nearest to its middle first. */
export function tilesIn(grid: TileGrid, level: number, { u0, v0, u1, v1 }: FrameRect): Tile[] {
  const { texelNm, columns, rows } = grid.levels[level];
  const tileColumns = tileSpan(columns, u0 / texelNm[0], u1 / texelNm[0]);
  const tileRows = tileSpan(rows, v0 / texelNm[1], v1 / texelNm[1]);
  const middle = [(u0 + u1) / 2, (v0 + v1) / 2];
  const tiles: Tile[] = [];
  for (let row = tileRows[0]; row < tileRows[1]; row++)
    for (let column = tileColumns[0]; column < tileColumns[1]; column++) tiles.push(grid.tile(level, column, row));
  const distance = (tile: Tile) =>
    Math.hypot(
      (tile.column + tile.columns / 2) * texelNm[0] - middle[0],
      (tile.row + tile.rows / 2) * texelNm[1] - middle[1],
    );
  return tiles.sort((a, b) => distance(a) - distance(b));
}

/** The tile columns (or rows) that hold the texels from `from` to `to`, within those that exist. */
function tileSpan(range: TexelRange, from: number, to: number): TexelRange {
  const first = Math.max(range[0], Math.floor(from));
  const end = Math.min(range[1], Math.ceil(to));
  return end <= first ? [0, 0] : [Math.floor(first / TILE_SIZE), Math.ceil(end / TILE_SIZE)];
}
