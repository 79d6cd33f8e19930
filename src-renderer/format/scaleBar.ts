import { formatPlain, THIN_SPACE } from './numbers.ts';

/** A length that people know, drawn to scale. */
export interface ScaleBar {
  readonly widthPx: number;
  readonly label: string;
}

const UNITS = [
  ['mm', 1e6],
  ['µm', 1e3],
  ['nm', 1],
] as const;

const MOST_PX = 140;
const MOST_SHARE = 0.3;

/**
 * The longest bar of 1, 2 or 5 times a power of ten that takes at most three tenths of a view, and 140 pixels.
 *
 * @param nmPerPixel nanometres for each CSS pixel
 * @param viewWidth of the view, CSS pixels
 */
export function scaleBar(nmPerPixel: number, viewWidth: number): ScaleBar {
  const most = nmPerPixel * Math.min(MOST_PX, MOST_SHARE * viewWidth);
  const power = 10 ** Math.floor(Math.log10(most));
  const nm = ([5, 2, 1].find((step) => step * power <= most * (1 + 1e-9)) ?? 1) * power;
  const [unit, size] = UNITS.find(([, unitNm]) => nm >= unitNm) ?? UNITS[2];
  return { widthPx: nm / nmPerPixel, label: `${formatPlain(nm / size, 6)}${THIN_SPACE}${unit}` };
}
