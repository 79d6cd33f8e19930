import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { outlineKernel } from '#renderer/rendering/slices/outline.ts';
import { STYLE } from '#renderer/rendering/slices/styleTable.ts';

import { createEdgeSums } from './edgeSums.ts';
import { createRasterPool } from './pixels.ts';

/** The plain way: every pixel asks all around it. */
function sumsAt(
  { width, height, segments, styles }: ReturnType<ReturnType<typeof createRasterPool>>,
  x: number,
  y: number,
  pixelRatio: number,
) {
  const { reach, weights } = outlineKernel(pixelRatio);
  const sums = { total: 0, others: 0, selected: 0, sides: 0 };
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const column = Math.min(width - 1, Math.max(0, x + dx));
      const there = Math.min(height - 1, Math.max(0, y + dy)) * width + column;
      const weight = weights[Math.abs(dx)] * weights[Math.abs(dy)];
      sums.total += weight;
      if (segments[there] === segments[y * width + x]) continue;
      sums.others += weight;
      if ((styles[there] & STYLE.selected) !== 0) sums.selected += weight;
      if ((styles[there] & STYLE.side) !== 0) sums.sides += weight;
    }
  return sums;
}

describe('createEdgeSums', () => {
  it('gives every pixel what the plain way gives, also at the border, in rasters of any size', () => {
    const rasterOf = createRasterPool();
    const sumsOf = createEdgeSums();
    fc.assert(
      fc.property(
        fc.nat({ max: 20 }),
        fc.nat({ max: 20 }),
        fc.constantFrom(1, 1.5, 2),
        fc.infiniteStream(fc.nat({ max: 5 })),
        (columns, rows, pixelRatio, random) => {
          const raster = rasterOf(columns + 1, rows + 1);
          const { width, height, segments, styles } = raster;
          for (let i = 0; i < width * height; i++) {
            segments[i] = random.next().value;
            styles[i] = [0, STYLE.selected, STYLE.side, 0, 0, 0][segments[i]];
          }
          const sums = sumsOf(raster, true, pixelRatio);
          for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++) {
              const expected = sumsAt(raster, x, y, pixelRatio);
              const place = y * width + x;
              expect(sums.total).toBeCloseTo(expected.total, 4);
              expect(sums.others[place]).toBeCloseTo(expected.others, 4);
              expect(sums.selected[place]).toBeCloseTo(expected.selected, 4);
              expect(sums.sides[place]).toBeCloseTo(expected.sides, 4);
              if (expected.others === 0) expect(sums.others[place]).toBe(0);
            }
        },
      ),
      { numRuns: 40 },
    );
  });
});
