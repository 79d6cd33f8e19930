import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Zyx } from '#domain/geometry.ts';

import { composeRotations, isNoRotation, NO_ROTATION, rotate, rotationAbout } from './quaternion.ts';
import { dot } from './vectors.ts';

const X: Zyx = [0, 0, 1];
const Y: Zyx = [0, 1, 0];
const Z: Zyx = [1, 0, 0];
const near = (actual: Zyx, expected: Zyx) => actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 10));

describe('rotate', () => {
  it('turns by the right-hand rule', () => {
    near(rotate(rotationAbout(Z, Math.PI / 2), X), Y);
    near(rotate(rotationAbout(X, Math.PI / 2), Y), Z);
    near(rotate(rotationAbout(Y, Math.PI / 2), Z), X);
  });

  it('keeps lengths and angles through many turns', () => {
    const angle = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(X, Y, Z), angle), { maxLength: 40 }), (turns) => {
        const q = turns.reduce((all, [axis, by]) => composeRotations(rotationAbout(axis, by), all), NO_ROTATION);
        const [a, b] = [rotate(q, X), rotate(q, Y)];
        expect(dot(a, a)).toBeCloseTo(1, 9);
        expect(dot(a, b)).toBeCloseTo(0, 9);
      }),
    );
  });

  it('does the second rotation after the first', () => {
    const both = composeRotations(rotationAbout(X, Math.PI / 2), rotationAbout(Z, Math.PI / 2));
    near(rotate(both, X), Z);
  });
});

describe('isNoRotation', () => {
  it('knows a full turn back', () => {
    expect(isNoRotation(composeRotations(rotationAbout(Z, -0.3), rotationAbout(Z, 0.3)))).toBe(true);
    expect(isNoRotation(rotationAbout(Z, 0.01))).toBe(false);
  });
});
