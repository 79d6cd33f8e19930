import { describe, expect, it } from 'vitest';

import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { Zyx } from '#domain/geometry.ts';

import { sliceFrame } from './geometry/sliceFrame.ts';
import type { Viewport } from './geometry/viewport.ts';
import { chooseShown, createPanelState, look, statusOf } from './panel.ts';
import { tilesToPrefetch, wantedTiles } from './panelPlan.ts';
import { pick } from './pick.ts';
import type { SliceScene } from './scene.ts';
import { testLayer } from './tiles/testLayer.ts';
import type { Tile } from './tiles/tileGrid.ts';

const SHAPE: Zyx = [80, 2000, 2000];
const SCENE: SliceScene = {
  project: 'p',
  shape: SHAPE,
  voxelSizeNm: [30, 6, 6],
  images: [{ layer: testLayer(SHAPE), channels: [0], limits: [0, 255], opacity: 1 }],
  labels: null,
};
const at = (z: number): Viewport => ({
  frame: sliceFrame('xy', null),
  centreNm: [(z + 0.5) * 30, 6000, 6000],
  nmPerPixel: 6,
  width: 600,
  height: 400,
  pixelRatio: 1,
});

/** A panel and the tiles that have come. */
function setUp() {
  const panel = createPanelState();
  const there = new Set<string>();
  const come = (...tiles: Tile[]) => tiles.forEach((tile) => there.add(tile.key));
  const choose = () => chooseShown(panel, (tile) => there.has(tile.key));
  const tiles = (level: number) =>
    wantedTiles(panel.candidates.at(-1)!, panel.viewport!)
      .map(({ tile }) => tile)
      .filter((tile) => tile.level === level);
  const status = () =>
    statusOf(
      panel,
      (key) => there.has(key),
      () => undefined,
    );
  return { panel, there, come, choose, tiles, status };
}

describe('a panel', () => {
  it('asks for the overview of a slice before its sharp tiles', () => {
    const { panel } = setUp();
    look(panel, SCENE, at(10));
    const wanted = wantedTiles(panel.candidates[0], at(10));
    expect(wanted.map((each) => [each.class, each.tile.level])).toEqual([
      ['overview', 2],
      ...Array.from({ length: 4 }, () => ['visible', 0]),
    ]);
  });

  it('shows a slice as soon as its overview is there, and says at which level', () => {
    const { panel, come, choose, tiles, status } = setUp();
    look(panel, SCENE, at(10));
    choose();
    come(...tiles(2));
    choose();
    expect(panel.shown?.position).toBe(10);
    expect(status()).toEqual({ isBehind: false, standInLevel: 2, error: null });
    come(...tiles(0));
    expect(status()).toEqual({ isBehind: false, standInLevel: null, error: null });
  });

  it('keeps the slice on the screen until the next one covers the panel', () => {
    const { panel, come, choose, tiles, status } = setUp();
    look(panel, SCENE, at(10));
    come(...tiles(0));
    choose();
    look(panel, SCENE, at(11));
    choose();
    expect([panel.shown?.position, status().isBehind]).toEqual([10, true]);
    come(tiles(0)[0]);
    choose();
    expect(panel.shown?.position).toBe(10);
    come(...tiles(0));
    choose();
    expect([panel.shown?.position, status().isBehind]).toEqual([11, false]);
  });

  it('shows slices that were passed on the way, so that a fast scroll moves', () => {
    const { panel, come, choose, tiles } = setUp();
    look(panel, SCENE, at(10));
    come(...tiles(0));
    choose();
    look(panel, SCENE, at(11));
    const passed = tiles(2);
    look(panel, SCENE, at(12));
    come(...passed);
    choose();
    expect(panel.shown?.position).toBe(11);
  });

  it('prefetches in the direction of travel', () => {
    const { panel } = setUp();
    look(panel, SCENE, at(20));
    look(panel, SCENE, at(19));
    const ahead = tilesToPrefetch(SCENE, panel.candidates.at(-1)!, at(19), panel.direction);
    const positions = ahead.map(({ tile }) => (tile.request.kind === 'slice' ? tile.request.position : -1));
    expect(positions.slice(0, 2)).toEqual([18, 18]);
    expect(positions.filter((position) => position < 19).length).toBeGreaterThan(
      positions.filter((position) => position > 19).length,
    );
  });
});

describe('pick', () => {
  it('reads the voxel from the sharpest tile that is there', () => {
    const { panel, tiles } = setUp();
    look(panel, SCENE, at(10));
    const plan = panel.candidates[0];
    const blocks = new Map<string, VoxelBlock>();
    const fill = (tile: Tile, value: number) =>
      blocks.set(tile.key, {
        type: 'uint8',
        depth: 1,
        rows: tile.rows,
        columns: tile.columns,
        voxels: new Uint8Array(tile.rows * tile.columns).fill(value),
      });
    const raw = () => pick(SCENE, plan, at(10), 300, 200, (key) => blocks.get(key))?.raw;
    expect(raw()).toBeNull();
    tiles(2).forEach((tile) => fill(tile, 5));
    expect(raw()).toBe(5);
    tiles(0).forEach((tile) => fill(tile, 9));
    expect(raw()).toBe(9);
    expect(pick(SCENE, plan, at(10), 300, 200, () => undefined)?.voxel).toEqual([10.5, 1000, 1000]);
  });

  it('finds nothing outside the volume', () => {
    const { panel } = setUp();
    look(panel, SCENE, at(10));
    expect(pick(SCENE, panel.candidates[0], at(10), -5000, 0, () => undefined)).toBeNull();
  });
});
