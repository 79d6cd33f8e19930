import { describe, expect, it } from 'vitest';

import { createLatest } from './latest.ts';

describe('createLatest', () => {
  it('drops the answer of an older run, even one that comes later', async () => {
    const latest = createLatest();
    let answerFirst: (answer: string) => void = () => undefined;
    const first = latest.run(() => new Promise<string>((resolve) => (answerFirst = resolve)));
    const second = latest.run(() => Promise.resolve('second'));
    expect(await second).toBe('second');
    answerFirst('first');
    expect(await first).toBeUndefined();
  });

  it('aborts the older run and does not report that as a failure', async () => {
    const latest = createLatest();
    const first = latest.run(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    latest.cancel();
    expect(await first).toBeUndefined();
  });

  it('makes one request of a burst', async () => {
    const begun: number[] = [];
    const latest = createLatest({ delayMs: 1, wait: () => Promise.resolve() });
    await Promise.all([1, 2, 3].map((i) => latest.run(async () => void begun.push(i))));
    expect(begun).toEqual([3]);
  });

  it('reports the failure of the newest run', async () => {
    const latest = createLatest();
    await expect(latest.run(() => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
  });
});
