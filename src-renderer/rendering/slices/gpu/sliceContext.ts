import { createLookupTextures } from './lookupTextures.ts';
import type { LookupTextures } from './lookupTextures.ts';
import { createSlicePainter } from './slicePainter.ts';
import type { PanelPicture, SlicePainter } from './slicePainter.ts';
import { createTileTextures } from './tileTextures.ts';
import type { TileTextures } from './tileTextures.ts';

/** What a picture is copied to, in the window or in a worker. */
export type PanelTarget = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Everything that lives on the graphics card and is lost with its context. */
export interface SliceGpu {
  readonly tiles: TileTextures;
  readonly lookups: LookupTextures;
  readonly painter: SlicePainter;
}

/** The one WebGL 2 context of all slices. */
export interface SliceContext {
  /** Null while the context is lost. */
  readonly gpu: SliceGpu | null;
  /** Draws a panel and shows it on its canvas. */
  present(picture: PanelPicture, target: PanelTarget): void;
  /** Takes the context away and gives it back, as a reset of the graphics card does; for tests. */
  simulateLoss(): { restore: () => void };
  dispose(): void;
}

/**
 * Makes the context on a canvas of its own. Tiles and tables are uploaded once for all panels, and a panel keeps its last picture
 * while the context is lost.
 *
 * @param options.onRestored after which everything is uploaded anew
 * @throws Error where the browser has no WebGL 2
 */
export function createSliceContext(options: { textureBudgetBytes: number; onRestored: () => void }): SliceContext {
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext('webgl2', {
    alpha: true,
    premultipliedAlpha: true,
    antialias: false,
    depth: false,
    stencil: false,
    powerPreference: 'high-performance',
  });
  if (gl === null)
    throw new Error(
      'The slices need WebGL 2, which this browser does not give. Switch on hardware acceleration or use another browser.',
    );
  const build = (): SliceGpu => ({
    tiles: createTileTextures(gl, options.textureBudgetBytes),
    lookups: createLookupTextures(gl),
    painter: createSlicePainter(gl),
  });
  let gpu: SliceGpu | null = build();
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
    get gpu() {
      return gpu;
    },
    present(picture, target) {
      if (gpu === null) return;
      if (canvas.width !== picture.width || canvas.height !== picture.height) {
        canvas.width = picture.width;
        canvas.height = picture.height;
      }
      gpu.painter.paint(picture, gpu.lookups);
      const { width, height } = picture;
      if (target.canvas.width !== width || target.canvas.height !== height) {
        target.canvas.width = width;
        target.canvas.height = height;
      }
      // The picture may be transparent where nothing is, so it replaces the one before.
      target.globalCompositeOperation = 'copy';
      target.drawImage(canvas, 0, 0);
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
