/** How far the neighbours of a slice are fetched ahead of need. */
export interface PrefetchDepth {
  /** Slices in the direction of travel. */
  readonly ahead: number;
  readonly behind: number;
}

/**
 * The neighbours of a slice in the order in which they are likely to be looked at: ahead, then one step back.
 *
 * @param direction 1 or -1, the way of the last steps
 * @returns positions within 0..count - 1
 */
export function prefetchOrder(
  position: number,
  count: number,
  direction: 1 | -1,
  { ahead, behind }: PrefetchDepth,
): number[] {
  const steps: number[] = [];
  for (let step = 1; step <= Math.max(ahead, behind); step++) {
    if (step <= ahead) steps.push(step * direction);
    if (step <= behind) steps.push(-step * direction);
  }
  return steps.map((step) => position + step).filter((neighbour) => neighbour >= 0 && neighbour < count);
}
