import type { VoxelPatch } from '#contract/voxelPatches.ts';
import type { EngineAccess } from '#renderer/engine/useEngine.ts';
import type { Viewport } from '#renderer/rendering/slices/geometry/viewport.ts';
import type { Drawing } from '#renderer/rendering/slices/gpu/openGraphics.ts';
import type { SegmentStyles } from '#renderer/rendering/slices/styleTable.ts';
import type { PanelStatus } from '#renderer/rendering/slices/panel.ts';
import type { SliceScene } from '#renderer/rendering/slices/scene.ts';
import type { SliceUsage } from '#renderer/rendering/slices/sliceRenderer.ts';

import type { BlockNotices } from './blockNotices.ts';

/** What the window says to the worker that draws; panels and requests are numbered by the window. */
export type ToWorker =
  | { readonly type: 'start'; readonly access: EngineAccess; readonly drawing: Drawing }
  | { readonly type: 'addPanel'; readonly panel: number; readonly canvas: OffscreenCanvas }
  | { readonly type: 'removePanel'; readonly panel: number }
  /** Looks are numbered for each panel, ascending. */
  | { readonly type: 'look'; readonly panel: number; readonly look: number; readonly viewport: Viewport }
  | { readonly type: 'scene'; readonly scene: SliceScene | null }
  | { readonly type: 'assignment'; readonly assignment: Uint32Array | null }
  | { readonly type: 'styles'; readonly styles: SegmentStyles }
  | { readonly type: 'patches'; readonly patches: readonly VoxelPatch[] }
  | { readonly type: 'retry' }
  | { readonly type: 'forget'; readonly layer: string }
  | { readonly type: 'clear' }
  | { readonly type: 'usage'; readonly request: number }
  | { readonly type: 'picture'; readonly request: number; readonly panel: number }
  | { readonly type: 'loseContext' }
  | { readonly type: 'restoreContext' };

/** What the worker says to the window. */
export type FromWorker =
  /** The first answer. */
  | { readonly type: 'ready' }
  /** Of the picture that was drawn for a look; for every look that was not overtaken, and for every change. */
  | { readonly type: 'status'; readonly panel: number; readonly look: number; readonly status: PanelStatus }
  /** Tiles that are kept, whose voxels are memory that both sides see, and tiles that no longer are. */
  | { readonly type: 'blocks'; readonly blocks: BlockNotices }
  /** To a 'usage' or a 'picture'. */
  | { readonly type: 'answer'; readonly request: number; readonly value: SliceUsage | ImageBitmap }
  | { readonly type: 'refusal'; readonly request: number; readonly reason: Error };
