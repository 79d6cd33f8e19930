import type { Zyx } from '#domain/geometry.ts';

/** A rotation as a unit quaternion: w, then the vector part in x, y, z. */
export type Quaternion = readonly [w: number, x: number, y: number, z: number];

export const NO_ROTATION: Quaternion = [1, 0, 0, 0];

/** The rotation by `radians` about a unit axis given in z, y, x. */
export function rotationAbout([z, y, x]: Zyx, radians: number): Quaternion {
  const s = Math.sin(radians / 2);
  return [Math.cos(radians / 2), x * s, y * s, z * s];
}

/** First `b`, then `a`; normalised, so that rounding does not grow with the number of turns. */
export function composeRotations(a: Quaternion, b: Quaternion): Quaternion {
  const [aw, ax, ay, az] = a;
  const [bw, bx, by, bz] = b;
  const product = [
    aw * bw - ax * bx - ay * by - az * bz,
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
  ];
  const length = Math.hypot(...product);
  return [product[0] / length, product[1] / length, product[2] / length, product[3] / length];
}

/** A vector (z, y, x) turned by `q`: v + 2 w (u x v) + 2 u x (u x v), with u the vector part. */
export function rotate([w, ux, uy, uz]: Quaternion, [vz, vy, vx]: Zyx): Zyx {
  const tx = 2 * (uy * vz - uz * vy);
  const ty = 2 * (uz * vx - ux * vz);
  const tz = 2 * (ux * vy - uy * vx);
  return [vz + w * tz + ux * ty - uy * tx, vy + w * ty + uz * tx - ux * tz, vx + w * tx + uy * tz - uz * ty];
}

/** True where turning by `q` moves no unit vector by more than about `tolerance`. */
export function isNoRotation(q: Quaternion, tolerance = 1e-6): boolean {
  return 2 * Math.hypot(q[1], q[2], q[3]) <= tolerance;
}
