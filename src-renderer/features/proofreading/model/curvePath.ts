/** A staircase in the unit square, x rising with the threshold and y down, as the path of an svg. */
export function curvePath(
  points: readonly { readonly threshold: number; readonly segments: number }[],
  width: number,
  height: number,
): string {
  const most = points.reduce((high, { segments }) => Math.max(high, segments), 1);
  const least = points.reduce((low, { segments }) => Math.min(low, segments), most);
  const y = (segments: number) => (height - (height * (segments - least)) / (most - least || 1)).toFixed(1);
  return points
    .map(({ threshold, segments }, i) => {
      const x = (width * threshold).toFixed(1);
      return i === 0 ? `M${x} ${y(segments)}` : `H${x}V${y(segments)}`;
    })
    .join('');
}

/** Segments at a threshold: those of the last point that is not above it. */
export function segmentsAt(
  points: readonly { readonly threshold: number; readonly segments: number }[],
  threshold: number,
): number | null {
  return points.findLast((point) => point.threshold <= threshold + 1e-9)?.segments ?? null;
}
