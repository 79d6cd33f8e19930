import { MOST_SIDES } from '../model/seeds.ts';

/** A colour token as '#rrggbb', for what is drawn outside the style sheet. */
export function tokenColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The colours of the sides of a split, in order. */
export function sideColours(): readonly string[] {
  return Array.from({ length: MOST_SIDES }, (_, side) => tokenColour(`--seed-${side + 1}`));
}
