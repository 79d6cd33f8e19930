import { isSoftware } from '#renderer/rendering/isSoftware.ts';

/** What makes the pictures of slices: the graphics card where there is one, or always one of the two. */
export const DRAWINGS = ['auto', 'gpu', 'cpu'] as const;
export type Drawing = (typeof DRAWINGS)[number];

/** A WebGL 2 context on a canvas of its own; null where the browser has none, or where 'auto' finds that no graphics card stands behind it. */
export function openGraphics(drawing: Drawing): { canvas: OffscreenCanvas; gl: WebGL2RenderingContext } | null {
  if (drawing === 'cpu') return null;
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext('webgl2', {
    alpha: true,
    premultipliedAlpha: true,
    antialias: false,
    depth: false,
    stencil: false,
    powerPreference: 'high-performance',
    // Not all browsers know when they draw in software, so the name is asked too.
    failIfMajorPerformanceCaveat: drawing === 'auto',
  });
  if (gl === null) return null;
  if (drawing === 'gpu' || !isSoftware(gl)) return { canvas, gl };
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return null;
}
