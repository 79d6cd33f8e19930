/** Limits of a pane that a divider sizes, in CSS pixels at scale 1. */
export interface SizeLimits {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

const KEY_STEP = 8;

export function clampSize(size: number, { min, max }: SizeLimits): number {
  return Math.round(Math.min(Math.max(size, min), Math.max(min, max)));
}

/**
 * The size after a key on the divider; null for a key that means nothing. Arrows grow the pane in their direction.
 *
 * @param towards the arrow that grows the pane
 */
export function sizeAfterKey(
  key: string,
  size: number,
  limits: SizeLimits,
  towards: 'ArrowRight' | 'ArrowLeft' | 'ArrowDown' | 'ArrowUp',
): number | null {
  const opposite = { ArrowRight: 'ArrowLeft', ArrowLeft: 'ArrowRight', ArrowDown: 'ArrowUp', ArrowUp: 'ArrowDown' }[
    towards
  ];
  if (key === towards) return clampSize(size + KEY_STEP, limits);
  if (key === opposite) return clampSize(size - KEY_STEP, limits);
  if (key === 'Home') return limits.min;
  if (key === 'End') return limits.max;
  if (key === 'Enter') return limits.initial;
  return null;
}
