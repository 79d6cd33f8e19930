/** Below this a pause is no pause. */
const QUICK_S = 2;
/** Above this only the pause counts, not its length. */
const SLOW_S = 3600;

/**
 * The pace of work along the history: one bar for some edits, 0.1..1 high; quick work is high. Edits are evenly spaced, as they are on
 * the line above.
 *
 * @param times ISO times in order; null for what has none
 * @param most bars that there is room for
 */
export function overviewBars(times: readonly (string | null)[], most: number): number[] {
  const count = Math.min(times.length, Math.max(0, most));
  const paces = times.map((time, i) => {
    const before = times[i - 1];
    if (time === null || before === null || before === undefined) return 0.1;
    const seconds = Math.min(SLOW_S, Math.max(QUICK_S, (Date.parse(time) - Date.parse(before)) / 1000));
    return 1 - 0.9 * (Math.log(seconds / QUICK_S) / Math.log(SLOW_S / QUICK_S));
  });
  return Array.from({ length: count }, (_, bar) => {
    const part = paces.slice(Math.floor((bar * times.length) / count), Math.floor(((bar + 1) * times.length) / count));
    return Math.round((100 * part.reduce((sum, pace) => sum + pace, 0)) / part.length) / 100;
  });
}
