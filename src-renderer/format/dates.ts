/** Dates in the language of the program, times in 24 hours, both in the time zone of the machine. */
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayOfAnyYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** The time of day: 14:06. */
export function formatClock(timestamp: string | Date): string {
  return clock.format(new Date(timestamp));
}

/** The time of day to the second: 14:06:51. */
export function formatClockSeconds(timestamp: string | Date): string {
  return clockSeconds.format(new Date(timestamp));
}

/** A day as near as a reader thinks of it: 'Today, 14:06', 'Yesterday', '9 Nov', '9 Nov 2024'. */
export function formatDay(timestamp: string | Date, now: Date): string {
  const date = new Date(timestamp);
  const days = daysBetween(date, now);
  if (days === 0) return `Today, ${clock.format(date)}`;
  if (days === 1) return 'Yesterday';
  return (date.getFullYear() === now.getFullYear() ? dayOfYear : dayOfAnyYear).format(date);
}

/** A moment with its time of day: 'Today 13:51', 'Yesterday 09:12', '6 Nov 16:40'. */
export function formatMoment(timestamp: string | Date, now: Date): string {
  const days = daysBetween(new Date(timestamp), now);
  const day = days === 0 ? 'Today' : formatDay(timestamp, now);
  return `${day} ${formatClock(timestamp)}`;
}

/** Midnights between two moments; days may have 23 or 25 hours, so dates are compared and not hours. */
function daysBetween(earlier: Date, later: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day(later) - day(earlier)) / 86_400_000);
}
