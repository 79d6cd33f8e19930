import { describe, expect, it } from 'vitest';

import { createWheelCounter, zoomOfTurn } from './wheel.ts';

const turn = (deltaY: number, more: object = {}) => ({ deltaX: 0, deltaY, deltaMode: 0, shiftKey: false, ...more });

describe('createWheelCounter', () => {
  it('counts one slice for a notch of any mouse', () => {
    const count = createWheelCounter();
    expect([turn(100), turn(-120), turn(53), turn(3, { deltaMode: 1 })].map(count)).toEqual([1, -1, 1, 1]);
  });

  it('counts ten with Shift, which may turn the wheel sideways', () => {
    expect(createWheelCounter()({ deltaX: 100, deltaY: 0, deltaMode: 0, shiftKey: true })).toBe(10);
  });

  it('adds up the small turns of a touchpad and answers a change of direction at once', () => {
    const count = createWheelCounter();
    expect(Array.from({ length: 10 }, () => count(turn(10))).reduce((a, b) => a + b)).toBe(2);
    count(turn(40));
    expect([turn(-20), turn(-20), turn(-20)].map(count)).toEqual([0, 0, -1]);
  });
});

describe('zoomOfTurn', () => {
  it('goes back to the same scale after a turn each way', () => {
    expect(zoomOfTurn(turn(100)) * zoomOfTurn(turn(-100))).toBeCloseTo(1);
    expect(zoomOfTurn(turn(7)) * zoomOfTurn(turn(-7))).toBeCloseTo(1);
    expect(zoomOfTurn(turn(-100))).toBeLessThan(1);
  });
});
