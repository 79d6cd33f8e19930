import type { Seed } from '#contract/routes/edits.ts';

export type { Seed };

/** Sides that a split can have; side 0 has digit 1. */
export const MOST_SIDES = 9;

/** Sides that have a seed, in order. */
export function usedSides(seeds: readonly Seed[]): number[] {
  return [...new Set(seeds.map(({ side }) => side))].sort((a, b) => a - b);
}

/** Seeds of each side, for the bar: sides 0 and 1 always, others when they are used. */
export function countsBySide(seeds: readonly Seed[], current: number): { side: number; count: number }[] {
  const sides = [...new Set([0, 1, current, ...usedSides(seeds)])].sort((a, b) => a - b);
  return sides.map((side) => ({ side, count: seeds.filter((seed) => seed.side === side).length }));
}

/** The seed with one more; a second on the same voxel takes the place of the first. */
export function withSeed(seeds: readonly Seed[], seed: Seed): Seed[] {
  const isSame = ({ voxel }: Seed): boolean => voxel.every((value, axis) => value === seed.voxel[axis]);
  return [...seeds.filter((other) => !isSame(other)), seed];
}

/** The other of the two sides that most splits have. */
export function swapSide(side: number): number {
  return side === 0 ? 1 : 0;
}

/** Why the seeds are no split yet, as an instruction; null where the engine can be asked. */
export function lackOf(seeds: readonly Seed[]): string | null {
  if (seeds.length === 0) return 'Place a seed on each side';
  const sides = usedSides(seeds);
  if (sides.length > 1) return null;
  return `Place a seed on side ${sides[0] === 0 ? 2 : 1}`;
}
