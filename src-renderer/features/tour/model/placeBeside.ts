interface Size {
  readonly width: number;
  readonly height: number;
}
interface Place extends Size {
  readonly left: number;
  readonly top: number;
}

const GAP = 12;

/**
 * Where a card goes that speaks of a target: to its right, to its left, below or above it, where there is room; else into its
 * corner. Always inside the window. CSS pixels.
 */
export function placeBeside(target: Place, card: Size, window: Size): { left: number; top: number } {
  const right = target.left + target.width + GAP;
  const left = target.left - GAP - card.width;
  const below = target.top + target.height + GAP;
  const above = target.top - GAP - card.height;
  const middle = target.left + target.width / 2 - card.width / 2;
  const fits =
    right + card.width <= window.width - GAP
      ? { left: right, top: target.top }
      : left >= GAP
        ? { left, top: target.top }
        : below + card.height <= window.height - GAP
          ? { left: middle, top: below }
          : above >= GAP
            ? { left: middle, top: above }
            : { left: target.left + GAP, top: target.top + GAP };
  return {
    left: clamp(fits.left, GAP, window.width - card.width - GAP),
    top: clamp(fits.top, GAP, window.height - card.height - GAP),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
