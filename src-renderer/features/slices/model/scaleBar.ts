import { formatPlain, THIN_SPACE } from '#renderer/format/index.ts';

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

/**
 * The longest bar of 1, 2 or 5 times a power of ten that is at most `mostPx` long.
 *
 * @param nmPerPixel nanometres for each CSS pixel
 */
export function scaleBar(nmPerPixel: number, mostPx: number): ScaleBar {
  const most = nmPerPixel * mostPx;
  const power = 10 ** Math.floor(Math.log10(most));
  const nm = ([5, 2, 1].find((step) => step * power <= most * (1 + 1e-9)) ?? 1) * power;
  const [unit, size] = UNITS.find(([, unitNm]) => nm >= unitNm) ?? UNITS[2];
  return { widthPx: nm / nmPerPixel, label: `${formatPlain(nm / size, 6)}${THIN_SPACE}${unit}` };
}
