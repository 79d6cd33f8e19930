import { fourierTransform2d } from './fourierTransform.ts';
import type { ComplexImage } from './fourierTransform.ts';

/**
 * The shift between two sections by phase correlation (Kuglin and Hines 1975): the normalised cross-power spectrum of two shifted
 * images is a plane wave, whose transform peaks at the shift. Normalising makes it blind to brightness and contrast.
 */

/**
 * The correlation of unrelated images is noise of deviation 1 / size, whose highest value lies around 4.4 / size for 128 x 128 pixels.
 */
const SURE_PEAK = 6.5;

/** A section prepared for comparison: mean taken out, faded to its edges, transformed. */
export type Spectrum = ComplexImage;

/** @param values `size` x `size`, row by row; `size` a power of two */
export function spectrumOf(values: Float64Array, size: number): Spectrum {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  // A Hann window: without it the jump between opposite edges outweighs the content.
  const fade = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size));
  const re = values.map((value, i) => (value - mean) * fade[Math.floor(i / size)] * fade[i % size]);
  const image = { size, re, im: new Float64Array(values.length) };
  fourierTransform2d(image);
  return image;
}

/**
 * How far `moved` is displaced against `fixed`, in pixels along rows and columns, to a fraction of a pixel.
 *
 * @returns `sure` is false where the peak is no higher than that of two images that have nothing in common
 */
export function shiftBetween(fixed: Spectrum, moved: Spectrum): { y: number; x: number; sure: boolean } {
  const { size } = fixed;
  const re = new Float64Array(size * size);
  const im = new Float64Array(size * size);
  for (let i = 0; i < re.length; i++) {
    const [a, b, c, d] = [fixed.re[i], fixed.im[i], moved.re[i], moved.im[i]];
    const real = a * c + b * d;
    const imaginary = b * c - a * d;
    const length = Math.hypot(real, imaginary) || 1;
    re[i] = real / length;
    // The inverse transform is the transform of the conjugate.
    im[i] = -imaginary / length;
  }
  fourierTransform2d({ size, re, im });
  let best = 0;
  for (let i = 1; i < re.length; i++) if (re[i] > re[best]) best = i;
  const [row, column] = [Math.floor(best / size), best % size];
  const at = (y: number, x: number) => re[((y + size) % size) * size + ((x + size) % size)];
  const peak = re[best];
  const y = row + parabola(at(row - 1, column), peak, at(row + 1, column));
  const x = column + parabola(at(row, column - 1), peak, at(row, column + 1));
  const signed = (position: number) => (position > size / 2 ? size - position : -position);
  return { y: signed(y) || 0, x: signed(x) || 0, sure: peak / re.length > SURE_PEAK / size };
}

/** Where between -0.5 and 0.5 a parabola through three values at -1, 0, 1 has its top. */
function parabola(before: number, top: number, after: number): number {
  const bend = before - 2 * top + after;
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
}
