import type { Layer } from '#contract/routes/projects.ts';
import type { Zyx } from '#domain/geometry.ts';

/** A layer for specs: `levels` levels that halve y and x. */
export function testLayer(shape: Zyx, levels = 3, id: Layer['id'] = 'raw'): Layer {
  return {
    id,
    kind: id === 'raw' ? 'image' : 'labels',
    type: id === 'raw' ? 'uint8' : 'uint32',
    channels: 1,
    levels: Array.from({ length: levels }, (_, level) => ({
      shape: [shape[0], Math.ceil(shape[1] / 2 ** level), Math.ceil(shape[2] / 2 ** level)],
      factor: [1, 2 ** level, 2 ** level],
    })),
    limits: [0, 255],
  };
}
