import { expect, it } from 'vitest';

import { createCoalescer } from './coalesce.ts';

it('asks one at a time, and of those that wait only the newest', async () => {
  const asked: number[] = [];
  const doors: (() => void)[] = [];
  const coalescer = createCoalescer<number>(
    (value) => {
      asked.push(value);
      return new Promise((resolve) => doors.push(resolve));
    },
    () => undefined,
  );
  for (const value of [1, 2, 3, 4]) coalescer.push(value);
  expect(asked).toEqual([1]);
  doors.shift()!();
  await Promise.resolve().then(() => Promise.resolve());
  await Promise.resolve();
  expect(asked).toEqual([1, 4]);
});

it('goes on after a failure', async () => {
  const errors: unknown[] = [];
  const asked: number[] = [];
  const coalescer = createCoalescer<number>(
    async (value) => {
      asked.push(value);
      if (value === 1) throw new Error('no');
    },
    (error) => errors.push(error),
  );
  coalescer.push(1);
  coalescer.push(2);
  await new Promise((resolve) => setTimeout(resolve));
  expect(asked).toEqual([1, 2]);
  expect(errors).toHaveLength(1);
});
