import { encode } from 'fast-png';

import { segmentColour } from '#domain/segmentColour.ts';

/** One slice to be drawn: grey values, and the ids to lay over them. All arrays are height x width, x fastest. */
export interface Panel {
  /** Any intensities; the darkest 0.5 % become black, the brightest 0.5 % white. */
  readonly grey: ArrayLike<number>;
  /** Segment ids, 0 = none; null draws the grey values alone. */
  readonly ids: Uint32Array | null;
  /** The id that a segment's colour is made from, where that is not its own. */
  readonly colourIds?: ReadonlyMap<number, number>;
}

const FILL_OPACITY = 0.42;
const GAP_PIXELS = 12;
const BACKGROUND = [13, 15, 17] as const;

/**
 * Draws panels of one size side by side: grey values with the ids as translucent colours and their borders as opaque
 * lines, as the slice views show them.
 *
 * @returns a PNG file
 */
export function drawPanels(panels: readonly Panel[], width: number, height: number): Uint8Array {
  const totalWidth = panels.length * (width + GAP_PIXELS) - GAP_PIXELS;
  const data = new Uint8Array(totalWidth * height * 3);
  for (let i = 0; i < data.length; i += 3) data.set(BACKGROUND, i);
  panels.forEach((panel, index) => {
    const left = index * (width + GAP_PIXELS);
    const scale = contrast(panel.grey);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        const grey = Math.min(255, Math.max(0, (panel.grey[at] - scale.low) * scale.gain));
        const id = panel.ids?.[at] ?? 0;
        const opacity = id === 0 ? 0 : isBorder(panel.ids!, width, height, x, y) ? 0.95 : FILL_OPACITY;
        const colour = segmentColour(panel.colourIds?.get(id) ?? id);
        const out = (y * totalWidth + left + x) * 3;
        for (let c = 0; c < 3; c++) data[out + c] = Math.round(grey * (1 - opacity) + colour[c] * opacity);
      }
  });
  return encode({ width: totalWidth, height, data, channels: 3, depth: 8 });
}

function isBorder(ids: Uint32Array, width: number, height: number, x: number, y: number): boolean {
  const at = y * width + x;
  return (x + 1 < width && ids[at + 1] !== ids[at]) || (y + 1 < height && ids[at + width] !== ids[at]);
}

/** The limits that leave out half a percent at both ends, from a sorted sample of at most 2^16 values. */
function contrast(grey: ArrayLike<number>): { low: number; gain: number } {
  const step = Math.max(1, Math.floor(grey.length / 65_536));
  const sample = Float64Array.from({ length: Math.floor(grey.length / step) }, (_, i) => grey[i * step]).sort();
  const low = sample[Math.floor(0.005 * (sample.length - 1))] ?? 0;
  const high = sample[Math.ceil(0.995 * (sample.length - 1))] ?? 1;
  return { low, gain: 255 / Math.max(high - low, 1e-9) };
}
