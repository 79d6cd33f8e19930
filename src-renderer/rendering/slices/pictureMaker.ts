import type { VoxelBlock } from '#contract/voxelBlock.ts';

import type { StyleTable } from './styleTable.ts';
import type { PanelPicture } from './picture.ts';

/** What a picture is put on, in the window or in a worker. */
export type PanelTarget = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** The tables that give labels their looks. Arrays are never changed in place. */
export interface PictureTables {
  /** The segment of every supervoxel; null where a supervoxel is its own segment. */
  readonly assignment: Uint32Array | null;
  readonly styles: StyleTable;
}

/** Makes the pictures of all panels: on the graphics card (gpu/) or with the processor (cpu/), with the same result. */
export interface PictureMaker<Texels> {
  /** False while the graphics context is lost. */
  readonly isReady: boolean;
  /** How the canvas of a panel is best made. */
  readonly targetSettings: CanvasRenderingContext2DSettings;
  /** Bytes held beside the voxels. */
  readonly bytes: number;
  /** What stands for the voxels of a tile in a picture; `block` is uploaded where need be and there is room in this frame. */
  texels(key: string, block: VoxelBlock | undefined): Texels | undefined;
  /** A new frame: uploads are counted anew. */
  beginFrame(tables: PictureTables): void;
  /** True where a tile of this frame was not uploaded, for lack of room. */
  readonly isStarved: boolean;
  /** Drops what stands for the tiles that `isGone` names. */
  forget(isGone: (key: string) => boolean): void;
  /** Draws a panel and shows it on its canvas. */
  present(picture: PanelPicture<Texels>, target: PanelTarget): void;
  /** Takes the graphics context away and gives it back, as a reset of the graphics card does; for tests. */
  simulateLoss(): { restore: () => void };
  dispose(): void;
}

/** Gives a canvas the size of a picture that comes. */
export function fitTarget({ canvas }: PanelTarget, width: number, height: number): void {
  if (canvas.width === width && canvas.height === height) return;
  canvas.width = width;
  canvas.height = height;
}
