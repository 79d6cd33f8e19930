/** A square image of complex numbers, row by row; `size` is a power of two. */
export interface ComplexImage {
  readonly size: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The discrete Fourier transform of an image, in place: rows, then columns. */
export function fourierTransform2d({ size, re, im }: ComplexImage): void {
  const plan = planOf(size);
  for (let row = 0; row < size; row++) transform(re, im, row * size, 1, plan);
  for (let column = 0; column < size; column++) transform(re, im, column, size, plan);
}

interface Plan {
  readonly size: number;
  readonly reversed: Uint32Array;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

function planOf(size: number): Plan {
  const bits = Math.log2(size);
  const reversed = Uint32Array.from({ length: size }, (_, i) => {
    let out = 0;
    for (let bit = 0; bit < bits; bit++) out |= ((i >> bit) & 1) << (bits - 1 - bit);
    return out;
  });
  const angle = (i: number) => (-2 * Math.PI * i) / size;
  return {
    size,
    reversed,
    cos: Float64Array.from({ length: size / 2 }, (_, i) => Math.cos(angle(i))),
    sin: Float64Array.from({ length: size / 2 }, (_, i) => Math.sin(angle(i))),
  };
}

/** One line in place: radix 2, decimation in time (Cooley and Tukey 1965). */
function transform(re: Float64Array, im: Float64Array, start: number, step: number, plan: Plan): void {
  const { size, reversed, cos, sin } = plan;
  for (let i = 0; i < size; i++) {
    const j = reversed[i];
    if (j <= i) continue;
    const [a, b] = [start + i * step, start + j * step];
    [re[a], re[b]] = [re[b], re[a]];
    [im[a], im[b]] = [im[b], im[a]];
  }
  for (let half = 1; half < size; half *= 2) {
    const turn = size / (2 * half);
    for (let first = 0; first < size; first += 2 * half)
      for (let k = 0; k < half; k++) {
        const a = start + (first + k) * step;
        const b = a + half * step;
        const [c, s] = [cos[k * turn], sin[k * turn]];
        const real = re[b] * c - im[b] * s;
        const imaginary = re[b] * s + im[b] * c;
        re[b] = re[a] - real;
        im[b] = im[a] - imaginary;
        re[a] += real;
        im[a] += imaginary;
      }
  }
}
