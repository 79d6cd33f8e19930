import { DRAWINGS } from '#renderer/rendering/slices/gpu/openGraphics.ts';
import type { Drawing } from '#renderer/rendering/slices/gpu/openGraphics.ts';

/** `?drawing=cpu` in the address of the page is a way round a broken graphics driver, `?drawing=gpu` insists on WebGL. */
export function wishedDrawing(search: string): Drawing {
  const wish = new URLSearchParams(search).get('drawing');
  return DRAWINGS.find((drawing) => drawing === wish) ?? 'auto';
}
