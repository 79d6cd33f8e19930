import { formatSignificant, UNIT_SPACE } from './numbers.ts';

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const GIBIBYTE = 2 ** 30;

/** The size of a file or of a disk in powers of 1000, as disks are sold and file managers count: 412 MB. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < DECIMAL.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? String(Math.round(value)) : formatSignificant(value)}${UNIT_SPACE}${DECIMAL[unit]}`;
}

/** Memory in gibibytes, as modules are sold: 2.9 GiB. Under a tenth of one in mebibytes. */
export function formatMemory(bytes: number): string {
  if (bytes < GIBIBYTE / 10) return `${Math.round(bytes / 2 ** 20)}${UNIT_SPACE}MiB`;
  return `${formatGibibytes(bytes)}${UNIT_SPACE}GiB`;
}

/** What is used of what there is, the unit once: 5.1 of 8 GiB. */
export function formatMemoryOf(used: number, total: number): string {
  return `${formatGibibytes(used)} of ${formatMemory(total)}`;
}

function formatGibibytes(bytes: number): string {
  return String(Number((bytes / GIBIBYTE).toFixed(1)));
}
