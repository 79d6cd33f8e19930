import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';

import { segmentColour } from '#domain/segmentColour.ts';

import { drawPanels } from './picture.ts';

describe('drawPanels', () => {
  const width = 6;
  const height = 4;
  const grey = Uint8Array.from({ length: width * height }, (_, i) => i * 10);
  const pixel = (image: ReturnType<typeof decode>, x: number, y: number) =>
    Array.from(image.data.slice((y * image.width + x) * 3, (y * image.width + x) * 3 + 3));

  it('stretches the grey values and puts panels side by side with a gap', () => {
    const image = decode(
      drawPanels(
        [
          { grey, ids: null },
          { grey, ids: null },
        ],
        width,
        height,
      ),
    );
    expect([image.width, image.height]).toEqual([2 * width + 12, height]);
    expect(pixel(image, 0, 0)).toEqual([0, 0, 0]);
    expect(pixel(image, width - 1, height - 1)).toEqual([255, 255, 255]);
    expect(pixel(image, width, 0)).toEqual([13, 15, 17]);
  });

  it('draws borders in the colour of the segment and leaves id 0 grey', () => {
    const ids = Uint32Array.from({ length: width * height }, (_, i) => (i % width < 3 ? 7 : 0));
    const image = decode(drawPanels([{ grey: new Uint8Array(width * height), ids }], width, height));
    const colour = segmentColour(7).map((channel) => Math.round(channel * 0.95));
    expect(pixel(image, 2, 1)).toEqual(colour);
    expect(pixel(image, 4, 1)).toEqual([0, 0, 0]);
  });

  it('draws a segment that kept another colour through an edit in that colour', () => {
    const ids = new Uint32Array(width * height).fill(7);
    ids[0] = 8;
    const colourIds = new Map([[7, 12]]);
    const image = decode(drawPanels([{ grey: new Uint8Array(width * height), ids, colourIds }], width, height));
    expect(pixel(image, 3, 2)).toEqual(segmentColour(12).map((channel) => Math.round(channel * 0.42)));
    expect(pixel(image, 0, 0)).toEqual(segmentColour(8).map((channel) => Math.round(channel * 0.95)));
  });
});
