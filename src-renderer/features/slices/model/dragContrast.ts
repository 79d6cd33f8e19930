/** A drag of so many pixels doubles or halves the range of greys, or moves it by its own width. */
const PIXELS_PER_STEP = 200;

/**
 * Contrast limits after a drag over the image: to the right for more contrast, up for a brighter image.
 *
 * @param limits black and white before it, in voxel values
 * @param dx pixels, to the right
 * @param dy pixels, down
 * @param finest the narrowest range that can be told apart, in voxel values
 */
export function dragContrast(
  [black, white]: readonly [number, number],
  dx: number,
  dy: number,
  finest: number,
): readonly [number, number] {
  const width = white - black;
  const next = Math.max(finest, width * 2 ** (-dx / PIXELS_PER_STEP));
  const middle = (black + white) / 2 + (dy / PIXELS_PER_STEP) * width;
  return [middle - next / 2, middle + next / 2];
}
