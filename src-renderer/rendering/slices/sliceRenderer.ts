import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { VoxelPatch } from '#contract/voxelPatches.ts';

import type { Viewport } from './geometry/viewport.ts';
import { createSliceContext } from './gpu/sliceContext.ts';
import type { PanelTarget } from './gpu/sliceContext.ts';
import { buildStyleTable } from './gpu/styleTable.ts';
import type { SegmentStyles, StyleTable } from './gpu/styleTable.ts';
import { chooseShown, createPanelState, look, pictureOf, replan, SHARP, statusOf } from './panel.ts';
import type { PanelState, PanelStatus } from './panel.ts';
import { tilesToPrefetch, wantedTiles } from './panelPlan.ts';
import { pick } from './pick.ts';
import type { Picked } from './pick.ts';
import type { SliceScene } from './scene.ts';
import { createByteLru } from './tiles/byteLru.ts';
import { createPatchedTiles } from './tiles/patchedTiles.ts';
import type { TileReader } from './tiles/readTile.ts';
import type { Tile } from './tiles/tileGrid.ts';
import { createTileLoader } from './tiles/tileLoader.ts';
import type { WantedTile } from './tiles/tileLoader.ts';

/** Budgets, in bytes. The page promises to stay under 1 GB whatever the volume. */
const MIB = 2 ** 20;
const BUDGET = {
  textures: 256 * MIB,
  blocks: 128 * MIB,
  /** Copies of tiles as an edit that is looked at would make them. */
  patched: 16 * MIB,
  /** Of what is wanted: prefetches stop here, so that they never push out what is seen. */
  wanted: 80 * MIB,
  /** Uploaded in one frame: what is over it is drawn in the next, from coarser tiles until then. */
  uploadsPerFrame: 12 * MIB,
} as const;

/** One slice on the screen. */
export interface SlicePanel {
  /** Shows another place, at the next frame. */
  look(viewport: Viewport): void;
  /** What lies under a place of the panel, CSS pixels; null outside the volume. */
  pick(x: number, y: number): Picked | null;
  /** The picture once all that was asked for before is drawn; device pixels, transparent off the volume. */
  picture(): Promise<ImageBitmap>;
  readonly status: PanelStatus;
  remove(): void;
}

/** What a renderer holds. */
export interface SliceUsage {
  readonly textureBytes: number;
  readonly blockBytes: number;
  /** Tiles on their way. */
  readonly requests: number;
}

/** Draws slices of one project in any number of panels. */
export interface SliceRenderer<Canvas = HTMLCanvasElement> {
  /**
   * @param canvas is the panel's from now on and cannot be given to another one
   * @param onStatus called when what there is to say about the picture changes
   */
  addPanel(canvas: Canvas, onStatus: (status: PanelStatus) => void): SlicePanel;
  /** Shows other layers or other settings; null for nothing. */
  setScene(scene: SliceScene | null): void;
  /** The segment of every supervoxel; null where a supervoxel is its own segment. Arrays are never changed in place. */
  setAssignment(assignment: Uint32Array | null): void;
  setStyles(styles: SegmentStyles): void;
  /** Shows the supervoxels as an edit that is looked at would make them; none to show them as they are. */
  setPatches(patches: readonly VoxelPatch[]): void;
  /** Asks again for what failed. */
  retry(): void;
  /** Reads the tiles of a layer again, whose voxels have changed; until they come, the old ones stay on the screen. */
  forget(layer: string): void;
  /** Drops every tile, e.g. when the voxels of the project changed. */
  clear(): void;
  /** Bytes and requests, once all that was asked for before is drawn. */
  usage(): Promise<SliceUsage>;
  /** Takes the graphics context away, for tests. */
  simulateContextLoss(): { restore: () => void };
  dispose(): void;
}

interface Panel extends PanelState {
  readonly target: PanelTarget;
  readonly onStatus: (status: PanelStatus) => void;
  /** Tiles of which the panel shows or awaits something. */
  watched: Set<string>;
  isDirty: boolean;
}

/**
 * A renderer with one WebGL 2 context for all panels (README.md says why), in the thread that makes it.
 *
 * @param options.read reads a tile of a project; rejects where the signal fired
 * @param options.onBlock told of every tile that is kept in memory and, with null, of every one that no longer is
 * @throws Error where the browser has no WebGL 2
 */
export function createSliceRenderer(options: {
  read: TileReader;
  onBlock?: (key: string, block: VoxelBlock | null) => void;
}): SliceRenderer<HTMLCanvasElement | OffscreenCanvas> {
  let scene: SliceScene | null = null;
  let assignment: Uint32Array | null = null;
  let styles: StyleTable = buildStyleTable({ selected: [], hidden: [], pinned: new Map(), sides: new Map() });
  let frame = 0;
  let waitForDraw: (() => void)[] = [];
  const panels = new Set<Panel>();
  const patched = createPatchedTiles(BUDGET.patched);
  /** Tiles that are shown until they are read again. */
  const stale = new Set<string>();
  const blocks = createByteLru<VoxelBlock>(BUDGET.blocks, (_, key) => {
    stale.delete(key);
    options.onBlock?.(key, null);
  });
  const loader = createTileLoader<VoxelBlock>({
    read: (tile, signal) => options.read(scene!.project, tile.request, signal),
    isLoaded: (key) => blocks.has(key) && !stale.has(key),
    onLoaded: (tile, block) => {
      if (stale.has(tile.key)) context.gpu?.tiles.delete(tile.key);
      blocks.set(tile.key, block, block.voxels.byteLength);
      options.onBlock?.(tile.key, block);
      touchWatchers(tile.key);
    },
    onFailed: (tile) => touchWatchers(tile.key),
  });
  const context = createSliceContext({
    textureBudgetBytes: BUDGET.textures,
    onRestored: touchAll,
  });

  function schedule(): void {
    if (frame === 0) frame = requestAnimationFrame(draw);
  }
  function touchAll(): void {
    for (const panel of panels) panel.isDirty = true;
    schedule();
  }
  function touchWatchers(key: string): void {
    for (const panel of panels) if (panel.watched.has(key)) panel.isDirty = true;
    schedule();
  }

  /** A tile that failed does not hold up the others. */
  const isThere = (tile: Tile): boolean => blocks.has(tile.key) || loader.failure(tile.key) !== undefined;

  function draw(): void {
    frame = 0;
    drawPanels();
    const waiting = waitForDraw;
    waitForDraw = [];
    for (const resolve of waiting) resolve();
  }
  /** Resolves when what was asked for so far is on the panels. */
  function drawn(): Promise<void> {
    return frame > 0 ? new Promise((resolve) => waitForDraw.push(resolve)) : Promise.resolve();
  }

  function drawPanels(): void {
    const { gpu } = context;
    if (gpu === null) return;
    gpu.lookups.setAssignment(assignment);
    gpu.lookups.setStyles(styles);
    if (scene !== null) askForTiles(scene);
    let uploaded = 0;
    let isStarved: boolean;
    const texture = (tile: Tile): WebGLTexture | undefined => {
      // Also counts as use of the copy in memory, which answers what is under the pointer.
      const { key, block } = patched.of(tile, blocks.get(tile.key), scene?.labels?.layer);
      const known = gpu.tiles.get(key);
      if (known !== undefined || block === undefined) return known;
      if (uploaded >= BUDGET.uploadsPerFrame) {
        isStarved = true;
        return undefined;
      }
      uploaded += block.voxels.byteLength;
      return gpu.tiles.upload(key, block);
    };
    const tables = { assigned: assignment?.length ?? 0, styleSlots: styles.slots, styleProbes: styles.probes };
    for (const panel of panels) {
      if (!panel.isDirty) continue;
      panel.isDirty = false;
      if (scene !== null) chooseShown(panel, isThere);
      isStarved = false;
      const picture = scene && pictureOf(panel, scene, tables, texture);
      if (picture) context.present(picture, panel.target);
      if (isStarved) {
        panel.isDirty = true;
        schedule();
      }
      report(panel);
    }
  }

  function report(panel: Panel): void {
    const status = scene === null ? SHARP : statusOf(panel, (key) => blocks.has(key), loader.failure);
    const { isBehind, standInLevel, error } = panel.status;
    if (status.isBehind === isBehind && status.standInLevel === standInLevel && status.error === error) return;
    panel.status = status;
    panel.onStatus(status);
  }

  function askForTiles(of: SliceScene): void {
    const wanted: WantedTile[] = [];
    for (const panel of panels) {
      const plan = panel.candidates.at(-1);
      if (panel.viewport === null || plan === undefined) continue;
      const tiles = wantedTiles(plan, panel.viewport);
      // Overviews of slices passed on the way may still be shown.
      panel.watched = new Set([...tiles, ...overviewsOf(panel)].map(({ tile }) => tile.key));
      wanted.push(...tiles);
    }
    let bytes = sum(wanted);
    for (const panel of panels) {
      const plan = panel.candidates.at(-1);
      if (panel.viewport === null || plan === undefined) continue;
      for (const tile of tilesToPrefetch(of, plan, panel.viewport, panel.direction)) {
        bytes += bytesOf(tile.tile);
        if (bytes > BUDGET.wanted) break;
        wanted.push(tile);
      }
    }
    loader.want(wanted);
  }

  function overviewsOf({ candidates, viewport }: Panel): WantedTile[] {
    return viewport === null
      ? []
      : candidates.flatMap((plan) => wantedTiles(plan, viewport).filter((tile) => tile.class === 'overview'));
  }

  function clear(): void {
    loader.clear();
    blocks.clear();
    context.gpu?.tiles.clear();
    for (const panel of panels) panel.shown = null;
    touchAll();
  }

  return {
    addPanel(canvas, onStatus) {
      const target = canvas.getContext('2d') as PanelTarget | null;
      if (target === null) throw new Error('The canvas of a slice is in use by something else.');
      const panel: Panel = { ...createPanelState(), target, onStatus, watched: new Set(), isDirty: true };
      panels.add(panel);
      return {
        look(viewport) {
          panel.viewport = viewport;
          if (scene !== null) look(panel, scene, viewport);
          panel.isDirty = true;
          schedule();
        },
        pick(x, y) {
          const plan = panel.candidates.at(-1);
          if (scene === null || plan === undefined || panel.viewport === null) return null;
          return pick(scene, plan, panel.viewport, x, y, (key) => blocks.peek(key));
        },
        async picture() {
          await drawn();
          return createImageBitmap(panel.target.canvas);
        },
        get status() {
          return panel.status;
        },
        remove() {
          panels.delete(panel);
          schedule();
        },
      };
    },
    setScene(next) {
      if (next?.project !== scene?.project) clear();
      scene = next;
      for (const panel of panels)
        if (next === null) Object.assign(panel, createPanelState(), { viewport: panel.viewport });
        else replan(panel, next);
      touchAll();
    },
    setAssignment(next) {
      assignment = next;
      touchAll();
    },
    setStyles(next) {
      styles = buildStyleTable(next);
      touchAll();
    },
    setPatches(next) {
      patched.set(next);
      const textures = context.gpu?.tiles;
      for (const key of textures?.keys().filter(patched.isKey) ?? []) textures!.delete(key);
      touchAll();
    },
    retry() {
      loader.retry();
      touchAll();
    },
    forget(layer) {
      const isOf = (key: string): boolean => key.startsWith(`${layer}/`);
      loader.clear();
      for (const key of blocks.keys().filter(isOf)) stale.add(key);
      const textures = context.gpu?.tiles;
      for (const key of textures?.keys().filter(isOf) ?? []) if (!blocks.has(key)) textures!.delete(key);
      touchAll();
    },
    clear,
    async usage() {
      await drawn();
      const { gpu } = context;
      return {
        textureBytes: gpu ? gpu.tiles.bytes + gpu.lookups.bytes : 0,
        blockBytes: blocks.bytes,
        requests: loader.inFlight,
      };
    },
    simulateContextLoss: () => context.simulateLoss(),
    dispose() {
      cancelAnimationFrame(frame);
      // A frame number that is never drawn, so that late answers do not start another.
      frame = -1;
      loader.dispose();
      blocks.clear();
      context.dispose();
      panels.clear();
    },
  };
}

const BYTES_OF_TEXEL = 4;
/** An upper bound, before the type of the answer is known. */
function bytesOf({ columns, rows }: Tile): number {
  return columns * rows * BYTES_OF_TEXEL;
}
function sum(tiles: readonly WantedTile[]): number {
  return tiles.reduce((total, { tile }) => total + bytesOf(tile), 0);
}
