import type { VoxelBlock } from '#contract/voxelBlock.ts';
import { segmentColour } from '#domain/segmentColour.ts';

/** Pixels for a canvas: red, green, blue, alpha of each. */
export interface PreviewImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * A slice as pixels: grey for images, the colours of segments for labels.
 *
 * @param isTransposed rows become columns, as YZ is drawn beside XY with y downwards in both
 */
export function previewImage(block: VoxelBlock, kind: 'image' | 'labels', isTransposed: boolean): PreviewImage {
  const { rows, columns, voxels } = block;
  const [width, height] = isTransposed ? [rows, columns] : [columns, rows];
  const pixels = new Uint8ClampedArray(width * height * 4);
  const scale = block.type === 'uint16' && kind === 'image' ? 1 / 257 : 1;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = voxels[row * columns + column];
      const at = 4 * (isTransposed ? column * width + row : row * width + column);
      const [red, green, blue] =
        kind === 'labels' ? segmentColour(value) : [value * scale, value * scale, value * scale];
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = 255;
    }
  return { width, height, pixels };
}

/**
 * Segments laid over the image: the grey of the image with the colour of each segment mixed in.
 *
 * @param segments of each pixel, 0 for none; as many as the image has
 * @param opacity of the colours, 0..1
 */
export function overlaySegments(image: VoxelBlock, segments: ArrayLike<number>, opacity: number): PreviewImage {
  const { width, height, pixels } = previewImage(image, 'image', false);
  for (let i = 0; i < segments.length; i++) {
    if (segments[i] === 0) continue;
    const colour = segmentColour(segments[i]);
    for (let channel = 0; channel < 3; channel++)
      pixels[4 * i + channel] = pixels[4 * i + channel] * (1 - opacity) + colour[channel] * opacity;
  }
  return { width, height, pixels };
}
