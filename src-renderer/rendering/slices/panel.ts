import { visibleRect } from './geometry/viewport.ts';
import type { Viewport } from './geometry/viewport.ts';
import { gridsOf, isCovered, planSlice, tilesToDraw, wantedLevel } from './panelPlan.ts';
import type { SlicePlan } from './panelPlan.ts';
import type { PanelPicture, PlacedTile } from './picture.ts';
import type { SliceScene } from './scene.ts';
import { TILE_SIZE } from './tiles/tileGrid.ts';
import type { Tile, TileGrid } from './tiles/tileGrid.ts';
import { tilesIn } from './tiles/tilePlan.ts';

/** What a panel tells its user about the picture. */
export interface PanelStatus {
  /** The slice on the screen is not yet the one that was asked for. */
  readonly isBehind: boolean;
  /** Coarsest level that stands in for the right one; null where the picture is sharp. */
  readonly standInLevel: number | null;
  /** Why a part of the picture is missing. */
  readonly error: Error | null;
}

export const SHARP: PanelStatus = { isBehind: false, standInLevel: null, error: null };

/** Slices asked for that may still be shown when their tiles come, while newer ones are on their way. */
const MOST_CANDIDATES = 12;

/** The slices of one panel: the one on the screen and those asked for since. */
export interface PanelState {
  viewport: Viewport | null;
  /** Way of the last steps through the slices. */
  direction: 1 | -1;
  /** On the screen. */
  shown: SlicePlan | null;
  /** Asked for, the newest last. */
  candidates: SlicePlan[];
  status: PanelStatus;
}

export function createPanelState(): PanelState {
  return { viewport: null, direction: 1, shown: null, candidates: [], status: SHARP };
}

/** Takes in a new place, scale or size. */
export function look(panel: PanelState, scene: SliceScene, viewport: Viewport): void {
  panel.viewport = viewport;
  const plan = planSlice(scene, viewport);
  const last = panel.candidates.at(-1);
  if (last?.slice === plan.slice) {
    panel.candidates[panel.candidates.length - 1] = plan;
    return;
  }
  if (last !== undefined && last.position !== null && plan.position !== null)
    panel.direction = plan.position < last.position ? -1 : 1;
  panel.candidates = [...panel.candidates.slice(1 - MOST_CANDIDATES), plan];
}

/** The layers changed: earlier slices are dropped, the place is planned anew. */
export function replan(panel: PanelState, scene: SliceScene): void {
  if (panel.viewport === null) return;
  const plan = planSlice(scene, panel.viewport);
  panel.candidates = [plan];
  if (panel.shown?.slice === plan.slice) panel.shown = plan;
}

/**
 * Chooses the slice to show: the newest that covers the whole panel at some level. A slice that would leave a hole waits, and the
 * one on the screen stays.
 */
export function chooseShown(panel: PanelState, isThere: (tile: Tile) => boolean): void {
  const { viewport, candidates } = panel;
  if (viewport === null) return;
  for (let i = candidates.length - 1; i >= 0; i--)
    if (isCovered(candidates[i], viewport, isThere)) {
      panel.shown = candidates[i];
      panel.candidates = candidates.slice(i);
      return;
    }
  panel.shown ??= candidates.at(-1) ?? null;
}

/** What there is to say about the picture. */
export function statusOf(
  panel: PanelState,
  isLoaded: (key: string) => boolean,
  failure: (key: string) => Error | undefined,
): PanelStatus {
  const { viewport, shown } = panel;
  const wanted = panel.candidates.at(-1);
  if (viewport === null || shown === null || wanted === undefined) return SHARP;
  const rect = visibleRect(viewport);
  let standInLevel: number | null = null;
  let error: Error | null = null;
  for (const grid of gridsOf(wanted)) {
    const level = wantedLevel(grid, viewport);
    const missing = tilesIn(grid, level, rect).filter((tile) => !isLoaded(tile.key));
    if (missing.length === 0) continue;
    error ??= missing.map((tile) => failure(tile.key)).find((found) => found !== undefined) ?? null;
    const drawn = tilesToDraw(grid, viewport, (tile) => isLoaded(tile.key));
    standInLevel = Math.max(standInLevel ?? level, ...drawn.map((tile) => tile.level));
  }
  return { isBehind: shown.slice !== wanted.slice, standInLevel, error };
}

/** How images are magnified: smoothly, until voxels are so large that a user wants to see them. */
const SMOOTH_UP_TO_PX = 10;

/**
 * The picture of a panel.
 *
 * @param texels what the painter keeps of a tile, uploaded if need be; undefined where it is not there
 */
export function pictureOf<Texels>(
  panel: PanelState,
  scene: SliceScene,
  isDraft: boolean,
  texels: (tile: Tile) => Texels | undefined,
): PanelPicture<Texels> | null {
  const { viewport, shown } = panel;
  if (viewport === null) return null;
  const { width, height, pixelRatio } = viewport;
  const [columns, rows] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)];
  const picture = { width: columns, height: rows, pixelRatio, isDraft };
  if (shown === null) return { ...picture, images: [], labels: null };

  const placed = (grids: readonly TileGrid[]): PlacedTile<Texels>[] => {
    const found = new Map<Tile, readonly Texels[]>();
    const isDrawable = (tile: Tile): boolean => {
      const channels = grids.map((grid) => texels(tileLike(grid, tile))).filter((channel) => channel !== undefined);
      const isWhole = channels.length === grids.length;
      if (isWhole) found.set(tile, channels);
      return isWhole;
    };
    return tilesToDraw(grids[0], viewport, isDrawable).map((tile) => ({
      channels: found.get(tile)!,
      rect: rectOf(tile, viewport),
      columns: tile.columns,
      rows: tile.rows,
    }));
  };

  const nmPerDevicePixel = viewport.nmPerPixel / pixelRatio;
  return {
    ...picture,
    images: shown.images.map(({ image, grids }) => ({
      tiles: placed(grids),
      isFloat: image.layer.type === 'float32',
      isSmooth: Math.min(...grids[0].levels[0].texelNm) / nmPerDevicePixel < SMOOTH_UP_TO_PX * pixelRatio,
      limits: image.limits,
      opacity: image.opacity,
    })),
    labels:
      shown.labels && scene.labels
        ? {
            tiles: placed([shown.labels]),
            areAssigned: scene.labels.areSupervoxels,
            overlay: scene.labels.overlay,
          }
        : null,
  };
}

/** Left, top, right, bottom of a tile, device pixels of the panel. */
function rectOf(tile: Tile, viewport: Viewport): [number, number, number, number] {
  const { u0, v0 } = visibleRect(viewport);
  const scale = viewport.pixelRatio / viewport.nmPerPixel;
  // From whole texel numbers, so that neighbouring tiles get the very same edge.
  const x = (texel: number): number => (texel * tile.texelNm[0] - u0) * scale;
  const y = (texel: number): number => (texel * tile.texelNm[1] - v0) * scale;
  return [x(tile.column), y(tile.row), x(tile.column + tile.columns), y(tile.row + tile.rows)];
}

/** The tile of another channel at the place of `tile`. */
function tileLike(grid: TileGrid, { level, column, row }: Tile): Tile {
  return grid.tile(level, Math.floor(column / TILE_SIZE), Math.floor(row / TILE_SIZE));
}
