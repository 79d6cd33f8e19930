import type { JobCourse } from '#contract/routes/jobs.ts';
import { formatClock, formatClockSeconds, formatSignificant } from '#renderer/format/index.ts';

/** Columns of a plot over time: seconds since 1970, one value or null for each. */
export interface ThroughputSeries {
  readonly at: number[];
  /** As measured; null is a break. */
  readonly measured: (number | null)[];
  /** Mean of the last values, without those before a break. */
  readonly mean: (number | null)[];
  /** From the last mean to the expected end; null before. */
  readonly expected: (number | null)[];
}

export const MEAN_OF = 9;

/**
 * The series of a plot.
 *
 * @param endsAt when it is expected to end, in seconds since 1970; null where there is nothing to expect
 */
export function throughputSeries(throughput: JobCourse['throughput'], endsAt: number | null): ThroughputSeries {
  const at = throughput.map(({ at }) => Date.parse(at) / 1000);
  const measured = throughput.map(({ perSecond }) => perSecond);
  const mean = movingMean(measured);
  const expected: (number | null)[] = at.map(() => null);
  const last = mean.at(-1) ?? null;
  if (last !== null && endsAt !== null && endsAt > at.at(-1)!) {
    expected[expected.length - 1] = last;
    return { at: [...at, endsAt], measured: [...measured, null], mean: [...mean, null], expected: [...expected, last] };
  }
  return { at, measured, mean, expected };
}

function movingMean(values: readonly (number | null)[]): (number | null)[] {
  const window: number[] = [];
  return values.map((value) => {
    if (value === null) {
      window.length = 0;
      return null;
    }
    if (window.push(value) > MEAN_OF) window.shift();
    return window.reduce((sum, one) => sum + one, 0) / window.length;
  });
}

/** The pauses: from the last value before a break to the first after it; the end is null while it lasts. */
export function pausesOf(throughput: JobCourse['throughput']): { from: number; to: number | null }[] {
  const pauses: { from: number; to: number | null }[] = [];
  let from: number | null = null;
  for (const { at, perSecond } of throughput) {
    if (perSecond === null) from ??= Date.parse(at) / 1000;
    else if (from !== null) {
      pauses.push({ from, to: Date.parse(at) / 1000 });
      from = null;
    }
  }
  return from === null ? pauses : [...pauses, { from, to: null }];
}

/** The plot in words, for those who do not see it. */
export function throughputText(throughput: JobCourse['throughput'], unit: string): string {
  const values = throughput.flatMap(({ perSecond }) => (perSecond === null ? [] : [perSecond]));
  if (values.length === 0) return 'No throughput was measured yet.';
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const pauses = pausesOf(throughput).length;
  return (
    `Throughput from ${formatClock(throughput[0].at)} to ${formatClock(throughput.at(-1)!.at)}: ` +
    `last ${formatSignificant(values.at(-1)!)}, mean ${formatSignificant(mean)}, ` +
    `from ${formatSignificant(Math.min(...values))} to ${formatSignificant(Math.max(...values))} ${unit}` +
    (pauses === 0 ? '.' : `; ${pauses === 1 ? 'one pause' : `${pauses} pauses`}.`)
  );
}

/** The log as text, oldest first, as it is copied into a report. */
export function logText(log: JobCourse['log']): string {
  return log
    .map(({ at, level, text }) => `${formatClockSeconds(at)} ${level === 'info' ? '' : `${level}: `}${text}`)
    .join('\n');
}
