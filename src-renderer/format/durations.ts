import { formatCount, UNIT_SPACE } from './numbers.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const withUnit = (value: number, unit: string) => `${formatCount(value)}${UNIT_SPACE}${unit}`;

/** How long something took or takes, in its two largest units: 58 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return withUnit(whole, 's');
  if (whole < HOUR) return join(whole, MINUTE, 'min', 1, 's');
  if (whole < DAY - MINUTE / 2) return join(whole, HOUR, 'h', MINUTE, 'min');
  return join(whole, DAY, 'd', HOUR, 'h');
}

/** What is still to wait, no finer than an estimate can be: 14 min, under 1 min by tens of seconds. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 10) return `under ${withUnit(10, 's')}`;
  if (seconds < MINUTE) return withUnit(Math.ceil(seconds / 10) * 10, 's');
  if (seconds < 10 * MINUTE) return formatDuration(Math.ceil(seconds / 10) * 10);
  if (seconds < HOUR) return withUnit(Math.round(seconds / MINUTE), 'min');
  return formatDuration(Math.round(seconds / MINUTE) * MINUTE);
}

function join(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rounded = Math.round(seconds / small) * small;
  const rest = Math.floor((rounded % large) / small);
  const first = withUnit(Math.floor(rounded / large), largeUnit);
  return rest === 0 ? first : `${first} ${withUnit(rest, smallUnit)}`;
}
