import { describe, expect, it } from 'vitest';

import { estimateSecondsLeft } from './secondsLeft.ts';

const stage = (expected: number, fraction: number, seconds: number, begun: number | null = 0) => ({
  ...{ expected, fraction, seconds, begun },
});

describe('estimateSecondsLeft', () => {
  it('goes on at the pace of the run, and corrects what is still to come by it', () => {
    // Twice as slow as expected.
    expect(estimateSecondsLeft([stage(100, 0.5, 100), stage(40, 0, 0, null)], 0)).toBeCloseTo(100 + 80);
  });

  it('does not count what an earlier run had done', () => {
    expect(estimateSecondsLeft([stage(100, 0.6, 10, 0.5)], 0)).toBeCloseTo(40);
  });

  it('does not let one odd stage spoil the rest', () => {
    const left = estimateSecondsLeft([stage(1, 1, 100), stage(10, 0, 0)], 1);
    expect(left).toBeLessThanOrEqual(40);
  });

  it('rests on expectations alone only where they were measured', () => {
    const stages = [stage(100, 0, 30), stage(20, 0, 0, null)];
    expect(estimateSecondsLeft(stages, 0)).toBeNull();
    expect(estimateSecondsLeft(stages, 0, true)).toBe(70 + 20);
    expect(estimateSecondsLeft([stage(100, 0, 300)], 0, true)).toBe(10);
  });
});
