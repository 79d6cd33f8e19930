import { InvalidArgumentError } from 'commander';

import { REQUESTED_PROVIDERS } from '#compute/providers.ts';
import type { RequestedProvider } from '#compute/providers.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

/** A whole number from `min`. */
export const wholeNumber =
  (min: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min)
      throw new InvalidArgumentError(`expected a whole number from ${min}, found '${text}'.`);
    return value;
  };

/** A TCP port; 0 for any free one. */
export function port(text: string): number {
  const value = wholeNumber(0)(text);
  if (value > 65535) throw new InvalidArgumentError(`expected a port from 0 to 65535, found '${text}'.`);
  return value;
}

/** A number between 0 and 1. */
export function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError(`expected a number from 0 to 1, found '${text}'.`);
  return value;
}

/** A length in voxels, up to 100. */
export function length(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100))
    throw new InvalidArgumentError(`expected a number of voxels from 0 to 100, found '${text}'.`);
  return value;
}

/** A number at least `margin` from 0 and from 1. */
export const openFraction =
  (margin: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= margin && value <= 1 - margin))
      throw new InvalidArgumentError(`expected a number from ${margin} to ${1 - margin}, found '${text}'.`);
    return value;
  };

/** Three whole numbers from 1, 'z,y,x'. */
export function shape(text: string): Zyx {
  return triple(text, /^\d+$/, (value) => Number.isSafeInteger(value) && value >= 1, 'three whole numbers z,y,x');
}

/** Three whole numbers, 'z,y,x'; they may be below 0. */
export function offset(text: string): Zyx {
  return triple(text, /^-?\d+$/, Number.isSafeInteger, 'three whole numbers z,y,x');
}

/** Three positive numbers in nanometres, 'z,y,x'. */
export function voxelSize(text: string): Zyx {
  return triple(text, /^[\d.e+-]+$/i, (value) => value > 0 && Number.isFinite(value), 'three sizes in nm, z,y,x');
}

function triple(text: string, pattern: RegExp, accepts: (value: number) => boolean, expected: string): Zyx {
  const parts = text.split(',').map((part) => part.trim());
  const values = parts.map(Number);
  if (values.length !== 3 || !parts.every((part, i) => pattern.test(part) && accepts(values[i])))
    throw new InvalidArgumentError(`expected ${expected}, found '${text}'.`);
  return [values[0], values[1], values[2]];
}

/** The axes of a stored volume, slowest first: 'zyx', 'xyz'. */
export function axes(text: string): string {
  const letters = text.trim().toLowerCase();
  if (!/^[czyx]{2,4}$/.test(letters) || new Set(letters).size !== letters.length)
    throw new InvalidArgumentError(`expected the letters z, y, x (and c), slowest first, found '${text}'.`);
  return letters;
}

/** A half-open box of voxels, 'z0:z1,y0:y1,x0:x1'. */
export function box(text: string): Box {
  const match = /^\s*(\d+):(\d+)\s*,\s*(\d+):(\d+)\s*,\s*(\d+):(\d+)\s*$/.exec(text);
  if (!match) throw new InvalidArgumentError(`expected z0:z1,y0:y1,x0:x1 in voxels, found '${text}'.`);
  const [z0, z1, y0, y1, x0, x1] = match.slice(1).map(Number);
  if (z1 <= z0 || y1 <= y0 || x1 <= x0)
    throw new InvalidArgumentError(`each end must be above its start (the end is not included), found '${text}'.`);
  return { min: [z0, y0, x0], max: [z1, y1, x1] };
}

/** The name of an execution provider, or 'auto'. */
export function provider(text: string): RequestedProvider {
  const found = REQUESTED_PROVIDERS.find((name) => name === text);
  if (!found) throw new InvalidArgumentError(`expected ${REQUESTED_PROVIDERS.join(', ')}, found '${text}'.`);
  return found;
}
