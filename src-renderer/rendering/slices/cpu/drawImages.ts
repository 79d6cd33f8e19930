import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { PictureImage } from '#renderer/rendering/slices/picture.ts';

import { axisSamples } from './axisSamples.ts';
import type { AxisSamples } from './axisSamples.ts';
import { packRgba } from './pixels.ts';
import type { Raster } from './pixels.ts';

/** Draws the images of a picture over each other, from the bottom up. */
export function drawImages(images: readonly PictureImage<VoxelBlock>[], raster: Raster): void {
  const count = raster.width * raster.height;
  raster.image.fill(0, 0, count);
  for (const image of images) {
    raster.covered.fill(0, 0, count);
    drawImage(image, raster);
  }
}

function drawImage({ tiles, isSmooth, limits, opacity }: PictureImage<VoxelBlock>, raster: Raster): void {
  const { width, height } = raster;
  const rows = [new Float32Array(width), new Float32Array(width), new Float32Array(width)];
  for (const { channels, rect, columns: tileColumns, rows: tileRows } of tiles) {
    const [left, top, right, bottom] = rect;
    const columns = axisSamples(left, right, tileColumns, width);
    const lines = axisSamples(top, bottom, tileRows, height);
    const isColour = channels.length === 3;
    const used = isColour ? channels : channels.slice(0, 1);
    const [red, green, blue] = isColour ? rows : [rows[0], rows[0], rows[0]];
    const count = columns.end - columns.first;
    for (let y = lines.first; y < lines.end; y++) {
      for (let i = 0; i < used.length; i++)
        sampleRow(used[i], columns, lines, y - lines.first, isSmooth, limits, rows[i]);
      const begin = y * width + columns.first;
      if (isColour || opacity < 1) layColour(red, green, blue, opacity, count, begin, raster);
      else layGrey(red, count, begin, raster);
    }
  }
}

/** Brightness of the pixels of a row, 0..255 with fractions. */
function sampleRow(
  { voxels, columns: stride }: VoxelBlock,
  { nearest, before, after, share }: AxisSamples,
  lines: AxisSamples,
  line: number,
  isSmooth: boolean,
  [black, white]: readonly [number, number],
  into: Float32Array,
): void {
  const scale = 255 / Math.max(white - black, 1e-6);
  const count = nearest.length;
  if (!isSmooth) {
    const row = lines.nearest[line] * stride;
    for (let i = 0; i < count; i++) into[i] = (voxels[row + nearest[i]] - black) * scale;
    return;
  }
  const upper = lines.before[line] * stride;
  const lower = lines.after[line] * stride;
  const down = lines.share[line];
  for (let i = 0; i < count; i++) {
    const a = before[i];
    const b = after[i];
    const across = share[i];
    const above = voxels[upper + a] + (voxels[upper + b] - voxels[upper + a]) * across;
    const below = voxels[lower + a] + (voxels[lower + b] - voxels[lower + a]) * across;
    into[i] = (above + (below - above) * down - black) * scale;
  }
}

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0);

function layGrey(row: Float32Array, count: number, begin: number, { image, covered }: Raster): void {
  for (let i = 0; i < count; i++) {
    if (covered[begin + i] !== 0) continue;
    covered[begin + i] = 1;
    image[begin + i] = 0xff000000 | (toByte(row[i]) * 0x010101);
  }
}

function layColour(
  red: Float32Array,
  green: Float32Array,
  blue: Float32Array,
  opacity: number,
  count: number,
  begin: number,
  { image, covered }: Raster,
): void {
  const rest = 1 - opacity;
  for (let i = 0; i < count; i++) {
    if (covered[begin + i] !== 0) continue;
    covered[begin + i] = 1;
    const under = image[begin + i];
    const mix = (value: number, below: number): number =>
      toByte(Math.min(255, Math.max(0, value)) * opacity + (below & 255) * rest);
    image[begin + i] = packRgba(
      mix(red[i], under),
      mix(green[i], under >>> 8),
      mix(blue[i], under >>> 16),
      mix(255, under >>> 24),
    );
  }
}
