import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { rotationAbout } from '#renderer/rendering/slices/geometry/quaternion.ts';
import { sliceFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';

import { axisGrid } from './axisGrid.ts';
import { obliqueGrid } from './obliqueGrid.ts';
import { testLayer } from './testLayer.ts';
import { chooseLevel, overviewLevel, tilesIn } from './tilePlan.ts';

const LAYER = testLayer([80, 2048, 2500]);
const GRID = axisGrid(LAYER, 0, 'xy', 47, [30, 6, 6]);

describe('chooseLevel', () => {
  it.each([
    [0.5, 0],
    [6, 0],
    [8.4, 0],
    [8.6, 1],
    [17, 2],
    [500, 2],
  ])('at %f nm for a device pixel takes level %d', (nm, level) => {
    expect(chooseLevel(GRID.levels, nm)).toBe(level);
  });

  it('weighs both sides of voxels that are not cubes', () => {
    const grid = axisGrid(LAYER, 0, 'xz', 0, [30, 6, 6]);
    expect(chooseLevel(grid.levels, 12)).toBe(0);
  });
});

describe('overviewLevel', () => {
  it('is the finest level in one tile of few texels, or the last', () => {
    expect(overviewLevel(axisGrid(testLayer([80, 600, 600]), 0, 'xy', 0, [1, 1, 1]).levels)).toBe(1);
    expect(overviewLevel(axisGrid(testLayer([80, 1000, 1000]), 0, 'xy', 0, [1, 1, 1]).levels)).toBe(2);
    expect(overviewLevel(GRID.levels)).toBe(2);
  });
});

describe('tilesIn', () => {
  it('covers the rectangle, within the volume, without overlap', () => {
    const start = fc.integer({ min: -5000, max: 20_000 });
    const length = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(start, start, length, length, fc.nat(2), (u0, v0, across, down, level) => {
        const tiles = tilesIn(GRID, level, { u0, v0, u1: u0 + across, v1: v0 + down });
        const { texelNm, columns, rows } = GRID.levels[level];
        for (const [share, other] of [
          [0, 0],
          [0.5, 0.5],
          [0.999, 0.2],
        ]) {
          const column = (u0 + share * across) / texelNm[0];
          const row = (v0 + other * down) / texelNm[1];
          const isInside = column >= 0 && row >= 0 && column < columns[1] && row < rows[1];
          const holders = tiles.filter(
            (tile) =>
              column >= tile.column &&
              column < tile.column + tile.columns &&
              row >= tile.row &&
              row < tile.row + tile.rows,
          );
          expect(holders.length).toBe(isInside ? 1 : 0);
        }
      }),
    );
  });

  it('begins with the middle of the rectangle', () => {
    const [first] = tilesIn(GRID, 0, { u0: 0, v0: 0, u1: 3 * 512 * 6, v1: 3 * 512 * 6 });
    expect([first.column, first.row]).toEqual([512, 512]);
  });

  it('is empty outside the volume', () => {
    expect(tilesIn(GRID, 0, { u0: -500, v0: 0, u1: -10, v1: 100 })).toEqual([]);
  });

  it('cuts the last tile to the volume', () => {
    const tiles = tilesIn(GRID, 0, { u0: 2400 * 6, v0: 2000 * 6, u1: 1e6, v1: 1e6 });
    expect(tiles.map(({ request }) => request)).toMatchObject([
      { kind: 'slice', plane: 'xy', position: 47, column: 2048, row: 1536, columns: 452, rows: 512 },
    ]);
  });
});

describe('axisGrid', () => {
  it('shares the tiles of a coarse level between the slices that it stands for', () => {
    const layer = { ...LAYER, levels: [{ shape: [40, 1024, 1250] as const, factor: [2, 2, 2] as const }] };
    const [a, b, c] = [46, 47, 48].map((position) => axisGrid(layer, 0, 'xy', position, [30, 6, 6]).tile(0, 0, 0).key);
    expect(a).toBe(b);
    expect(c).not.toBe(b);
  });
});

describe('obliqueGrid', () => {
  const size = [30, 6, 6] as const;

  it('asks for what the grid along the axes shows, where it is not turned', () => {
    const grid = obliqueGrid(LAYER, 0, sliceFrame('xy', null), 47.5 * 30, [80, 2048, 2500], size);
    const { request } = grid.tile(0, 1, 0);
    expect(request).toMatchObject({ kind: 'oblique', level: 0, columns: 512, rows: 512 });
    if (request.kind !== 'oblique') throw new Error('The tile is not oblique.');
    request.origin.forEach((value, axis) => expect(value).toBeCloseTo([47, 0, 512][axis]));
    request.right.forEach((value, axis) => expect(value).toBeCloseTo([0, 0, 1][axis]));
    request.down.forEach((value, axis) => expect(value).toBeCloseTo([0, 1, 0][axis]));
  });

  it('keeps a tile while the picture is panned, and has others for another angle', () => {
    const grids = [0.1, 0.1, 0.2].map((angle) =>
      obliqueGrid(LAYER, 0, sliceFrame('xy', rotationAbout([0, 0, 1], angle)), 900, [80, 2048, 2500], size),
    );
    const [a, b, c] = grids.map((grid) => grid.tile(0, 0, 0).key);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
    expect(overviewLevel(grids[0].levels)).toBeGreaterThan(0);
  });

  it('takes coarse texels from a coarse level', () => {
    const grid = obliqueGrid(LAYER, 0, sliceFrame('xy', rotationAbout([0, 0, 1], 0.5)), 900, [80, 2048, 2500], size);
    expect([0, 1, 2].map((level) => grid.tile(level, 0, 0).request.level)).toEqual([0, 1, 2]);
  });
});
