import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { VoxelPatch } from '#contract/voxelPatches.ts';

import type { Viewport } from './geometry/viewport.ts';
import { createCpuPictures } from './cpu/cpuPictures.ts';
import { createGpuPictures } from './gpu/gpuPictures.ts';
import { openGraphics } from './gpu/openGraphics.ts';
import type { Drawing } from './gpu/openGraphics.ts';
import { chooseShown, createPanelState, look, pictureOf, replan, SHARP, statusOf } from './panel.ts';
import type { PanelState, PanelStatus } from './panel.ts';
import { isCovered } from './panelPlan.ts';
import { pick } from './pick.ts';
import type { Picked } from './pick.ts';
import type { PanelTarget, PictureMaker } from './pictureMaker.ts';
import { tilesToRead, watchedTiles } from './readingPlan.ts';
import type { SliceScene } from './scene.ts';
import { buildStyleTable } from './styleTable.ts';
import type { SegmentStyles, StyleTable } from './styleTable.ts';
import { createByteLru } from './tiles/byteLru.ts';
import { createPatchedTiles } from './tiles/patchedTiles.ts';
import type { TileReader } from './tiles/readTile.ts';
import type { Tile } from './tiles/tileGrid.ts';
import { createTileLoader } from './tiles/tileLoader.ts';

/** Budgets, in bytes. The page promises to stay under 1 GB whatever the volume. */
const MIB = 2 ** 20;
const BUDGET = {
  textures: 256 * MIB,
  blocks: 128 * MIB,
  /** Copies of tiles as an edit that is looked at would make them. */
  patched: 16 * MIB,
  /** Of what is wanted: prefetches stop here, so that they never push out what is seen. */
  wanted: 80 * MIB,
  /** Of textures. */
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
   * @param onStatus called when a place that was asked for is drawn, and when what there is to say about the picture changes
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
  watched: ReadonlySet<string>;
  /** Why it has to be drawn: 'draw' because its look changed, 'look' because its place did, 'sharpen' because tiles came for what is shown. */
  need: 'none' | 'sharpen' | 'look' | 'draw';
  /** It was told to look somewhere, and of no picture since what there is to say. */
  isLookUntold: boolean;
  /** The slice of the last sharp picture: what it lacks now is at its edges, and it is no draft. */
  sharpSlice: string | null;
  /** The last picture did not cover the panel, so that every tile is worth a new one. */
  hasHole: boolean;
  /** The last picture was a draft. */
  isDraft: boolean;
  /** Of the last picture: when it was made, and how long it took this thread. */
  drawnAt: number;
  costMs: number;
}

/** A frame goes on to the next panel while it has taken less than this, milliseconds; with a graphics card it always has. */
const FRAME_MS = 8;
/** A panel whose slice is another one comes before panels that were drawn so much earlier, milliseconds. */
const HEAD_START_MS = 250;

/** Pictures that are only a little sharper than the last take at most one part in this of the time. */
const PATIENCE = 4;
/** A draft hardly shows what some tiles add: it waits so long for all of them, milliseconds. */
const DRAFT_PATIENCE_MS = 400;

export interface SliceRendererOptions {
  /** Reads a tile of a project; rejects where the signal fired. */
  readonly read: TileReader;
  /** Told of every tile that is kept in memory and, with null, of every one that no longer is. */
  readonly onBlock?: (key: string, block: VoxelBlock | null) => void;
  /** What makes the pictures. */
  readonly drawing: Drawing;
}

/** A renderer for all panels (README.md says why there is one), in the thread that makes it. */
export function createSliceRenderer(options: SliceRendererOptions): SliceRenderer<HTMLCanvasElement | OffscreenCanvas> {
  const graphics = openGraphics(options.drawing);
  if (graphics === null) return rendererOn(options, createCpuPictures);
  return rendererOn(options, (onRestored) =>
    createGpuPictures(graphics.canvas, graphics.gl, {
      textureBudgetBytes: BUDGET.textures,
      uploadsPerFrameBytes: BUDGET.uploadsPerFrame,
      onRestored,
    }),
  );
}

/** @param openPictures is given what to call when everything has to be drawn anew */
function rendererOn<Texels>(
  options: SliceRendererOptions,
  openPictures: (onRestored: () => void) => PictureMaker<Texels>,
): SliceRenderer<HTMLCanvasElement | OffscreenCanvas> {
  let scene: SliceScene | null = null;
  let assignment: Uint32Array | null = null;
  let styles: StyleTable = buildStyleTable({ selected: [], hidden: [], pinned: new Map(), sides: new Map() });
  let frame = 0;
  let isPlanDue = true;
  let waitForDraw: (() => void)[] = [];
  const panels = new Set<Panel>();
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
      if (stale.has(tile.key)) pictures.forget((key) => key === tile.key);
      blocks.set(tile.key, block, block.voxels.byteLength);
      options.onBlock?.(tile.key, block);
      touchWatchers(tile.key);
    },
    onFailed: (tile) => touchWatchers(tile.key),
  });
  const pictures = openPictures(touchAll);
  const patched = createPatchedTiles(BUDGET.patched);

  function schedule(): void {
    if (frame === 0) frame = requestAnimationFrame(draw);
  }
  /** What is to be read may be another at the next frame; frames that only wait for their time need no new plan. */
  function replanAndSchedule(): void {
    isPlanDue = true;
    schedule();
  }
  function touchAll(): void {
    for (const panel of panels) panel.need = 'draw';
    replanAndSchedule();
  }
  function touchWatchers(key: string): void {
    for (const panel of panels) if (panel.need === 'none' && panel.watched.has(key)) panel.need = 'sharpen';
    replanAndSchedule();
  }

  /** A tile that failed does not hold up the others. */
  const isThere = (tile: Tile): boolean => blocks.has(tile.key) || loader.failure(tile.key) !== undefined;

  function draw(): void {
    frame = 0;
    drawPanels();
    if (pictures.isReady && [...panels].some(({ need }) => need === 'draw' || need === 'look')) return;
    const waiting = waitForDraw;
    waitForDraw = [];
    for (const resolve of waiting) resolve();
  }
  /** Resolves when what was asked for so far is on the panels. */
  function drawn(): Promise<void> {
    return frame > 0 ? new Promise((resolve) => waitForDraw.push(resolve)) : Promise.resolve();
  }

  function drawPanels(): void {
    if (!pictures.isReady) return;
    if (scene !== null && isPlanDue) askForTiles(scene);
    const texels = (tile: Tile): Texels | undefined => {
      const { key, block } = patched.of(tile, blocks.get(tile.key), scene?.labels?.layer);
      return pictures.texels(key, block);
    };
    pictures.beginFrame({ assignment, styles });
    const frameStart = performance.now();
    for (const panel of inOrder()) {
      if (panel.need === 'none') continue;
      if (performance.now() - frameStart > FRAME_MS) return schedule();
      const before = panel.shown;
      if (scene !== null) chooseShown(panel, isThere);
      if (panel.need === 'sharpen' && panel.shown === before && !panel.hasHole && !isDue(panel)) {
        schedule();
        continue;
      }
      const status = statusNow(panel);
      // A slice that the user has left stays as it is, until there is another one to show.
      const isLeft = panel.shown !== null && panel.shown === before && status.isBehind;
      if (isLeft && panel.need !== 'draw') {
        panel.need = 'none';
        report(panel, status);
        continue;
      }
      panel.need = 'none';
      const start = performance.now();
      panel.isDraft = isDraft(panel, status);
      const picture = scene && pictureOf(panel, scene, panel.isDraft, texels);
      panel.hasHole =
        panel.viewport === null || panel.shown === null || !isCovered(panel.shown, panel.viewport, isThere);
      if (picture) pictures.present(picture, panel.target);
      panel.drawnAt = performance.now();
      panel.costMs = panel.drawnAt - start;
      if (pictures.isStarved) {
        panel.need = 'sharpen';
        schedule();
      }
      if (status.standInLevel === null && !status.isBehind) panel.sharpSlice = panel.shown?.slice ?? null;
      report(panel, status);
    }
  }

  /** Panels that show another slice than they should come first, then those that have waited longest. */
  function inOrder(): Panel[] {
    const due = (panel: Panel): number => {
      const isBehind = panel.candidates.at(-1)?.slice !== panel.shown?.slice;
      return panel.drawnAt - (isBehind ? HEAD_START_MS : 0);
    };
    return [...panels].sort((a, b) => due(a) - due(b));
  }

  /** Whether sharper voxels of a slice that is new on the panel are on their way. */
  function isDraft({ shown, sharpSlice }: Panel, { standInLevel, error }: PanelStatus): boolean {
    return standInLevel !== null && error === null && shown?.slice !== sharpSlice;
  }

  /**
   * Whether a panel of which only some tiles became sharper is worth drawing now. Every tile would cost a whole picture, and where
   * pictures are dear these would take the time that the next tiles and the user's next step need.
   */
  function isDue({ drawnAt, costMs, isDraft, watched }: Panel): boolean {
    if (performance.now() - drawnAt >= (isDraft ? DRAFT_PATIENCE_MS : PATIENCE * costMs)) return true;
    for (const key of watched) if (!blocks.has(key) && loader.failure(key) === undefined) return false;
    return true;
  }

  function statusNow(panel: Panel): PanelStatus {
    return scene === null ? SHARP : statusOf(panel, (key) => blocks.has(key), loader.failure);
  }

  function report(panel: Panel, status: PanelStatus): void {
    const { isBehind, standInLevel, error } = panel.status;
    const isSame = status.isBehind === isBehind && status.standInLevel === standInLevel && status.error === error;
    if (isSame && !panel.isLookUntold) return;
    panel.isLookUntold = false;
    panel.status = status;
    panel.onStatus(status);
  }

  function askForTiles(of: SliceScene): void {
    isPlanDue = false;
    for (const panel of panels) panel.watched = watchedTiles(panel);
    loader.want(tilesToRead(panels, of, BUDGET.wanted));
  }

  function clear(): void {
    loader.clear();
    blocks.clear();
    pictures.forget(() => true);
    for (const panel of panels) panel.shown = null;
    touchAll();
  }

  return {
    addPanel(canvas, onStatus) {
      const target = canvas.getContext('2d', pictures.targetSettings) as PanelTarget | null;
      if (target === null) throw new Error('The canvas of a slice is in use by something else.');
      const panel: Panel = {
        ...createPanelState(),
        target,
        onStatus,
        watched: new Set(),
        need: 'draw',
        isLookUntold: false,
        sharpSlice: null,
        hasHole: true,
        isDraft: false,
        drawnAt: 0,
        costMs: 0,
      };
      panels.add(panel);
      return {
        look(viewport) {
          const { width, height, pixelRatio } = panel.viewport ?? {};
          const isResized =
            width !== viewport.width || height !== viewport.height || pixelRatio !== viewport.pixelRatio;
          panel.viewport = viewport;
          panel.isLookUntold = true;
          if (scene !== null) look(panel, scene, viewport);
          panel.need = isResized || panel.need === 'draw' ? 'draw' : 'look';
          replanAndSchedule();
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
          replanAndSchedule();
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
      pictures.forget(patched.isKey);
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
      pictures.forget((key) => isOf(key) && !blocks.has(key));
      touchAll();
    },
    clear,
    async usage() {
      await drawn();
      return {
        textureBytes: pictures.bytes,
        blockBytes: blocks.bytes,
        requests: loader.inFlight,
      };
    },
    simulateContextLoss: () => pictures.simulateLoss(),
    dispose() {
      cancelAnimationFrame(frame);
      // A frame number that is never drawn, so that late answers do not start another.
      frame = -1;
      loader.dispose();
      blocks.clear();
      pictures.dispose();
      panels.clear();
    },
  };
}
