/**
 * Which rows of a long list are in view, and where they are drawn. Browsers limit the height of an element (about 33 million device
 * pixels), so a list that would be higher is drawn on a shorter track: the scroll bar covers the track, `trackOf` and `listOf`
 * convert, and rows near the view keep their true distances.
 */
export interface ListGeometry {
  readonly rows: number;
  readonly rowHeight: number;
  /** Of the view. */
  readonly viewHeight: number;
}

/** Half of what browsers allow, at a device pixel ratio of 2, with a margin. */
export const LONGEST_TRACK = 8_000_000;

export function trackHeight({ rows, rowHeight }: ListGeometry): number {
  return Math.min(rows * rowHeight, LONGEST_TRACK);
}

const range = (height: number, viewHeight: number): number => Math.max(height - viewHeight, 0);

/** Distance from the top of the list for a scroll position of the track. */
export function listOf(scrollTop: number, geometry: ListGeometry): number {
  const track = range(trackHeight(geometry), geometry.viewHeight);
  const list = range(geometry.rows * geometry.rowHeight, geometry.viewHeight);
  return track === 0 ? 0 : (Math.min(Math.max(scrollTop, 0), track) * list) / track;
}

/** Scroll position of the track for a distance from the top of the list. */
export function trackOf(offset: number, geometry: ListGeometry): number {
  const track = range(trackHeight(geometry), geometry.viewHeight);
  const list = range(geometry.rows * geometry.rowHeight, geometry.viewHeight);
  return list === 0 ? 0 : (Math.min(Math.max(offset, 0), list) * track) / list;
}

/** Rows [first, last) to draw, with `margin` rows more on both sides. */
export function rowsInView(offset: number, geometry: ListGeometry, margin = 8): { first: number; last: number } {
  const { rows, rowHeight, viewHeight } = geometry;
  const first = Math.max(Math.floor(offset / rowHeight) - margin, 0);
  const last = Math.min(Math.ceil((offset + viewHeight) / rowHeight) + margin, rows);
  return { first: Math.min(first, Math.max(rows, 0)), last };
}

/** The distance from the top that brings a row into view with the least movement. */
export function offsetToReveal(row: number, offset: number, { rowHeight, viewHeight }: ListGeometry): number {
  const top = row * rowHeight;
  if (top < offset) return top;
  if (top + rowHeight > offset + viewHeight) return top + rowHeight - viewHeight;
  return offset;
}
