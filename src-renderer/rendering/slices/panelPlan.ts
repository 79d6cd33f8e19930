import type { VoxelSizeNm } from '#domain/geometry.ts';

import { PLANE_AXES } from './geometry/planeAxes.ts';
import { toFrame } from './geometry/sliceFrame.ts';
import { visibleRect } from './geometry/viewport.ts';
import type { Viewport } from './geometry/viewport.ts';
import type { SceneImage, SliceScene } from './scene.ts';
import { axisGrid } from './tiles/axisGrid.ts';
import { obliqueGrid } from './tiles/obliqueGrid.ts';
import type { Tile, TileGrid } from './tiles/tileGrid.ts';
import type { WantedTile } from './tiles/tileLoader.ts';
import { prefetchOrder } from './tiles/prefetchOrder.ts';
import { chooseLevel, overviewLevel, tilesIn } from './tiles/tilePlan.ts';

/** A slice with the tiles of all layers that it needs. */
export interface SlicePlan {
  /** Names plane and place. */
  readonly slice: string;
  /** Voxel that the plane cuts; null for an oblique slice. */
  readonly position: number | null;
  readonly images: readonly { readonly image: SceneImage; readonly grids: readonly TileGrid[] }[];
  readonly labels: TileGrid | null;
}

/** The plan of what a panel asks for. */
export function planSlice(scene: SliceScene, viewport: Viewport): SlicePlan {
  const { frame, centreNm } = viewport;
  const offsetNm = toFrame(frame, centreNm)[2];
  if (!frame.isOblique) return planAt(scene, viewport, slicePosition(scene.voxelSizeNm, viewport));
  const grid = (layer: SceneImage['layer'], channel: number) =>
    obliqueGrid(layer, channel, frame, offsetNm, scene.shape, scene.voxelSizeNm);
  return assemble(scene, grid, null);
}

/** The plan of a slice along the axes at another position. */
function planAt(scene: SliceScene, { frame: { plane } }: Viewport, position: number): SlicePlan {
  return assemble(scene, (layer, channel) => axisGrid(layer, channel, plane, position, scene.voxelSizeNm), position);
}

function assemble(
  scene: SliceScene,
  grid: (layer: SceneImage['layer'], channel: number) => TileGrid,
  position: number | null,
): SlicePlan {
  const images = scene.images.map((image) => ({
    image,
    grids: image.channels.map((channel) => grid(image.layer, channel)),
  }));
  const labels = scene.labels ? grid(scene.labels.layer, 0) : null;
  const slice = labels?.slice ?? images[0]?.grids[0].slice ?? 'nothing';
  return { slice, position, images, labels };
}

function slicePosition(voxelSizeNm: VoxelSizeNm, { frame, centreNm }: Viewport): number {
  const { normal } = PLANE_AXES[frame.plane];
  return Math.floor(centreNm[normal] / voxelSizeNm[normal]);
}

/** All grids of a plan, labels last. */
export function gridsOf({ images, labels }: SlicePlan): TileGrid[] {
  return [...images.flatMap(({ grids }) => grids), ...(labels ? [labels] : [])];
}

const nmPerDevicePixel = ({ nmPerPixel, pixelRatio }: Viewport): number => nmPerPixel / pixelRatio;

/** The level that a viewport asks of a grid. */
export function wantedLevel(grid: TileGrid, viewport: Viewport): number {
  return chooseLevel(grid.levels, nmPerDevicePixel(viewport));
}

/** Levels that may stand in for the wanted one: itself, the next finer one, then coarser ones up to the overview. */
export function usableLevels(grid: TileGrid, viewport: Viewport): number[] {
  const wanted = wantedLevel(grid, viewport);
  const last = Math.max(wanted, overviewLevel(grid.levels));
  const coarser = Array.from({ length: last - wanted }, (_, i) => wanted + 1 + i);
  return [wanted, ...(wanted > 0 ? [wanted - 1] : []), ...coarser];
}

/** True where every place of the panel could be drawn, at some level, from tiles that are there. */
export function isCovered(plan: SlicePlan, viewport: Viewport, isThere: (tile: Tile) => boolean): boolean {
  const rect = visibleRect(viewport);
  return gridsOf(plan).every((grid) =>
    usableLevels(grid, viewport).some((level) => tilesIn(grid, level, rect).every(isThere)),
  );
}

/** The tiles to draw of one grid: wanted ones first, then what stands in for missing ones. */
export function tilesToDraw(grid: TileGrid, viewport: Viewport, isThere: (tile: Tile) => boolean): Tile[] {
  const rect = visibleRect(viewport);
  const tiles: Tile[] = [];
  for (const level of usableLevels(grid, viewport)) {
    const visible = tilesIn(grid, level, rect);
    const there = visible.filter(isThere);
    tiles.push(...there);
    if (there.length === visible.length) break;
  }
  return tiles;
}

/** What a panel wants read now: its overview, then its tiles at full sharpness. */
export function wantedTiles(plan: SlicePlan, viewport: Viewport): WantedTile[] {
  const rect = visibleRect(viewport);
  return gridsOf(plan).flatMap((grid): WantedTile[] => {
    const level = wantedLevel(grid, viewport);
    const overview = overviewLevel(grid.levels);
    const sharp = tilesIn(grid, level, rect);
    if (overview <= level) return sharp.map((tile) => ({ tile, class: 'overview' }));
    return [
      ...tilesIn(grid, overview, rect).map((tile): WantedTile => ({ tile, class: 'overview' })),
      ...sharp.map((tile): WantedTile => ({ tile, class: 'visible' })),
    ];
  });
}

const SHARP_NEIGHBOURS = { ahead: 3, behind: 1 };
const COARSE_NEIGHBOURS = { ahead: 8, behind: 2 };

/** What is likely to be wanted next: sharp neighbours, then overviews of more distant ones. Nothing for oblique slices. */
export function tilesToPrefetch(
  scene: SliceScene,
  plan: SlicePlan,
  viewport: Viewport,
  direction: 1 | -1,
): WantedTile[] {
  if (plan.position === null) return [];
  const count = scene.shape[PLANE_AXES[viewport.frame.plane].normal];
  const rect = visibleRect(viewport);
  const tilesOf = (position: number, level: (grid: TileGrid) => number): WantedTile[] =>
    gridsOf(planAt(scene, viewport, position)).flatMap((grid) =>
      tilesIn(grid, level(grid), rect).map((tile): WantedTile => ({ tile, class: 'prefetch' })),
    );
  const neighbours = (depth: typeof SHARP_NEIGHBOURS) => prefetchOrder(plan.position!, count, direction, depth);
  return [
    ...neighbours(SHARP_NEIGHBOURS).flatMap((position) => tilesOf(position, (grid) => wantedLevel(grid, viewport))),
    ...neighbours(COARSE_NEIGHBOURS).flatMap((position) =>
      tilesOf(position, (grid) => Math.max(wantedLevel(grid, viewport), overviewLevel(grid.levels))),
    ),
  ];
}
