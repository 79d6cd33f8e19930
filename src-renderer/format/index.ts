/** How figures read in this program: thin spaces in thousands, units after a space that does not break, x before y before z. */
export { formatBytes, formatMemory, formatMemoryOf } from './bytes.ts';
export { formatClock, formatClockSeconds, formatDay, formatMoment } from './dates.ts';
export { formatDuration, formatTimeLeft } from './durations.ts';
export { formatPhysicalSize, formatShape, formatVoxelSize } from './lengths.ts';
export {
  formatCount,
  formatDecimal,
  formatPercent,
  formatPlain,
  formatQuantity,
  formatSignificant,
  THIN_SPACE,
  UNIT_SPACE,
} from './numbers.ts';
export { scaleBar } from './scaleBar.ts';
export type { ScaleBar } from './scaleBar.ts';
