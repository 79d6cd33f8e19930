import type { VoxelBlock } from '#contract/voxelBlock.ts';
import { fitTarget } from '#renderer/rendering/slices/pictureMaker.ts';
import type { PictureMaker, PictureTables } from '#renderer/rendering/slices/pictureMaker.ts';

import { createLookupTextures } from './lookupTextures.ts';
import type { LookupTextures } from './lookupTextures.ts';
import { createSlicePainter } from './slicePainter.ts';
import type { SlicePainter } from './slicePainter.ts';
import { createTileTextures } from './tileTextures.ts';
import type { TileTextures } from './tileTextures.ts';

/** Everything that lives on the graphics card and is lost with its context. */
interface SliceGpu {
  readonly tiles: TileTextures;
  readonly lookups: LookupTextures;
  readonly painter: SlicePainter;
}

export interface GpuPictureOptions {
  /** Textures that are kept, bytes. */
  readonly textureBudgetBytes: number;
  /** Uploaded in one frame: what is over it is drawn in the next, from coarser tiles until then. */
  readonly uploadsPerFrameBytes: number;
  /** Told when a lost context is back and everything has to be drawn anew. */
  readonly onRestored: () => void;
}

/**
 * Pictures made on the graphics card, in one WebGL 2 context for all panels. Tiles and tables are uploaded once, and a panel keeps its
 * last picture while the context is lost.
 *
 * @param canvas of the context, used for nothing else
 */
export function createGpuPictures(
  canvas: OffscreenCanvas,
  gl: WebGL2RenderingContext,
  options: GpuPictureOptions,
): PictureMaker<WebGLTexture> {
  const build = (): SliceGpu => ({
    tiles: createTileTextures(gl, options.textureBudgetBytes),
    lookups: createLookupTextures(gl),
    painter: createSlicePainter(gl),
  });
  let gpu: SliceGpu | null = build();
  let tables: PictureTables | null = null;
  let uploadedBytes = 0;
  let isStarved = false;
  const onLost = (event: Event): void => {
    // Without this the browser never gives the context back.
    event.preventDefault();
    gpu = null;
  };
  const onRestored = (): void => {
    gpu = build();
    options.onRestored();
  };
  canvas.addEventListener('webglcontextlost', onLost);
  canvas.addEventListener('webglcontextrestored', onRestored);

  return {
    get isReady() {
      return gpu !== null;
    },
    targetSettings: {},
    get bytes() {
      return gpu === null ? 0 : gpu.tiles.bytes + gpu.lookups.bytes;
    },
    get isStarved() {
      return isStarved;
    },
    beginFrame(next) {
      tables = next;
      uploadedBytes = 0;
      isStarved = false;
      gpu?.lookups.setAssignment(next.assignment);
      gpu?.lookups.setStyles(next.styles);
    },
    texels(key: string, block: VoxelBlock | undefined) {
      const known = gpu?.tiles.get(key);
      if (gpu === null || known !== undefined || block === undefined) return known;
      if (uploadedBytes >= options.uploadsPerFrameBytes) {
        isStarved = true;
        return undefined;
      }
      uploadedBytes += block.voxels.byteLength;
      return gpu.tiles.upload(key, block);
    },
    forget(isGone) {
      for (const key of gpu?.tiles.keys() ?? []) if (isGone(key)) gpu!.tiles.delete(key);
    },
    present(picture, target) {
      if (gpu === null || tables === null) return;
      const { width, height } = picture;
      // The canvas only grows, since a change of its size costs a new drawing buffer; each picture fills its lower left part.
      if (canvas.width < width || canvas.height < height) {
        canvas.width = Math.max(canvas.width, width);
        canvas.height = Math.max(canvas.height, height);
      }
      gpu.painter.paint(picture, gpu.lookups, { assigned: tables.assignment?.length ?? 0, styles: tables.styles });
      fitTarget(target, width, height);
      // The picture may be transparent where nothing is, so it replaces the one before.
      target.globalCompositeOperation = 'copy';
      target.drawImage(canvas, 0, canvas.height - height, width, height, 0, 0, width, height);
    },
    simulateLoss() {
      const extension = gl.getExtension('WEBGL_lose_context');
      // It can be given back only after everybody was told.
      const told = new Promise((resolve) =>
        canvas.addEventListener('webglcontextlost', () => setTimeout(resolve), { once: true }),
      );
      extension?.loseContext();
      return { restore: () => void told.then(() => extension?.restoreContext()) };
    },
    dispose() {
      canvas.removeEventListener('webglcontextlost', onLost);
      canvas.removeEventListener('webglcontextrestored', onRestored);
      gl.getExtension('WEBGL_lose_context')?.loseContext();
      gpu = null;
    },
  };
}
