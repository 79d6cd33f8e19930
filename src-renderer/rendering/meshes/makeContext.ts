import { isSoftware } from '#renderer/rendering/isSoftware.ts';

/**
 * Gives a canvas the context in which vtk.js will draw; the first call decides its settings. Edges are smoothed by drawing each pixel
 * several times, which only a graphics card does for nothing.
 *
 * @throws Error where the browser has no WebGL 2
 */
export function makeContext(canvas: HTMLCanvasElement): void {
  const probe = new OffscreenCanvas(1, 1).getContext('webgl2');
  const antialias = probe !== null && !isSoftware(probe);
  probe?.getExtension('WEBGL_lose_context')?.loseContext();
  const settings: WebGLContextAttributes = { antialias, depth: true, alpha: true, powerPreference: 'high-performance' };
  if (probe === null || canvas.getContext('webgl2', settings) === null)
    throw new Error(
      'The 3D view needs WebGL 2, which this browser does not give. Switch on hardware acceleration or use another browser.',
    );
}
