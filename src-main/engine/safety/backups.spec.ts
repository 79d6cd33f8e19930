import { expect, it } from 'vitest';

import { backupsToKeep } from './backups.ts';
import type { Backup } from './backups.ts';

const NOW = new Date('2026-11-21T18:00:00Z');
const HOUR = 3_600_000;

/** A backup of so many hours ago. */
function backup(hours: number, bytes = 1000): Backup {
  const createdAt = new Date(NOW.getTime() - hours * HOUR).toISOString();
  return { name: `${hours}`, createdAt, revision: 10_000 - hours, bytes };
}

const kept = (backups: readonly Backup[]) => backupsToKeep(backups, NOW).map(({ name }) => Number(name));

it('keeps the newest five and the last of each of seven days', () => {
  const everyThreeHours = Array.from({ length: 100 }, (_, i) => backup(3 * i));
  // 18:00 today back to 6:00, then 21:00 of each day before.
  expect(kept(everyThreeHours)).toEqual([0, 3, 6, 9, 12, 21, 45, 69, 93, 117, 141, 165]);
});

it('keeps all of a few, however old they are', () => {
  expect(kept([1, 500, 1000].map((hours) => backup(hours)))).toEqual([1, 500, 1000]);
});

it('keeps fewer of a large project, and two whatever they need', () => {
  const gigabyte = 2 ** 30;
  expect(kept([1, 2, 3, 4, 5, 30].map((hours) => backup(hours, gigabyte)))).toEqual([1, 2, 3, 4]);
  expect(kept([1, 2, 3].map((hours) => backup(hours, 10 * gigabyte)))).toEqual([1, 2]);
});
