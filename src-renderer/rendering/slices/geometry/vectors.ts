import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

/** The scalar product. */
export function dot(a: Zyx, b: Zyx): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** `a + factor * b`. */
export function addScaled(a: Zyx, b: Zyx, factor: number): Zyx {
  return mapZyx((axis) => a[axis] + factor * b[axis]);
}

/** Axis by axis product, e.g. voxels to nanometres. */
export function multiplyZyx(a: Zyx, b: Zyx): Zyx {
  return mapZyx((axis) => a[axis] * b[axis]);
}

/** Axis by axis quotient, e.g. nanometres to voxels. */
export function divideZyx(a: Zyx, b: Zyx): Zyx {
  return mapZyx((axis) => a[axis] / b[axis]);
}
