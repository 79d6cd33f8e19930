/**
 * Colours of segments: a fixed palette of 24 hues in three tiers of lightness, spread evenly in OKLCH so that
 * neighbouring entries look equally different. The same id has the same colour everywhere and after every restart;
 * another salt deals the colours anew.
 */

const HUES = 24;
const HUE_OFFSET_DEGREES = 7;
const TIERS = [
  { lightness: 0.64, chroma: 0.135 },
  { lightness: 0.71, chroma: 0.13 },
  { lightness: 0.78, chroma: 0.115 },
] as const;

/** Spreads neighbouring salts over all 32 bits before they meet the id. */
export const SALT_FACTOR = 0x9e3779b9;

/** Red, green, blue, 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The colour of a segment. Id 0 (no segment) is black. */
export function segmentColour(id: number, salt = 0): Rgb {
  if (id === 0) return [0, 0, 0];
  return SEGMENT_PALETTE[mix32(id ^ Math.imul(salt, SALT_FACTOR)) % SEGMENT_PALETTE.length];
}

/** The colour of a segment as '#rrggbb'. */
export function segmentHex(id: number, salt = 0): string {
  return `#${segmentColour(id, salt)
    .map((part) => part.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** A bijective 32-bit mix (two multiply-xorshift rounds) whose every output bit depends on every input bit. */
export function mix32(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * OKLCH to sRGB (Ottosson 2020). Colours outside sRGB lose chroma, not hue or lightness.
 * @param lightness 0..1
 * @param hue degrees
 */
export function oklchToRgb(lightness: number, chroma: number, hue: number): Rgb {
  for (let c = chroma; ; c -= 0.005) {
    const linear = oklchToLinear(lightness, Math.max(c, 0), hue);
    if (c <= 0 || linear.every((channel) => channel > -1e-3 && channel < 1 + 1e-3)) {
      const [red, green, blue] = linear.map(encodeSrgb);
      return [red, green, blue];
    }
  }
}

function oklchToLinear(lightness: number, chroma: number, hue: number): number[] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function encodeSrgb(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}

/** The colours that segments have, in the order of the hash: tier by tier, hues ascending. */
export const SEGMENT_PALETTE: readonly Rgb[] = TIERS.flatMap(({ lightness, chroma }) =>
  Array.from({ length: HUES }, (_, i) => oklchToRgb(lightness, chroma, HUE_OFFSET_DEGREES + (i * 360) / HUES)),
);
