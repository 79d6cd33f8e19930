/** What of the frame is where, for a window of a width in units at scale 1. */
export interface FrameLayout {
  readonly leftIsDrawer: boolean;
  readonly rightIsDrawer: boolean;
  /** XY and 3D only. */
  readonly isNarrow: boolean;
}

const WIDTHS = { leftIsDrawer: 1280, rightIsDrawer: 1100, isNarrow: 1000 };

export const LEFT_LIMITS = { min: 200, max: 420, initial: 256 };
export const RIGHT_LIMITS = { min: 260, max: 480, initial: 292 };

export function frameLayout(width: number): FrameLayout {
  return {
    leftIsDrawer: width < WIDTHS.leftIsDrawer,
    rightIsDrawer: width < WIDTHS.rightIsDrawer,
    isNarrow: width < WIDTHS.isNarrow,
  };
}

/** Of the views, between the lines: XY left, the others in a column. */
export interface ViewsLayout {
  /** Width of the column with 3D, XZ and YZ. */
  readonly column: number;
  /** Height of 3D. */
  readonly mesh: number;
  /** Height of XZ. */
  readonly xz: number;
}

/** Sizes that a user chose; null for automatic. */
export interface ViewsWishes {
  readonly column: number | null;
  readonly mesh: number | null;
  readonly xz: number | null;
}

export const VIEW_LIMITS = { column: { min: 300, max: 640 }, least: 96 };
const COLUMN_SHARE = 0.42;
/** A 3D view larger than this gives its room to the slices. */
const LARGEST_SQUARE = 480;

/**
 * Shares the room of the views. The column takes 42 %, 3D is a square in it until the column is wide or the window is low, XZ and
 * YZ share the rest. Wishes are kept where they leave something of the others.
 */
export function viewsLayout(width: number, height: number, isNarrow: boolean, wishes: ViewsWishes): ViewsLayout {
  const { column: limits, least } = VIEW_LIMITS;
  const column = clamp(wishes.column ?? COLUMN_SHARE * width, limits.min, Math.min(limits.max, width - limits.min));
  if (isNarrow) return { column, mesh: height, xz: 0 };
  const square = Math.min(column, LARGEST_SQUARE, height / 2);
  const mesh = clamp(wishes.mesh ?? square, least, height - 2 * least);
  const rest = height - mesh;
  return { column, mesh, xz: clamp(wishes.xz ?? rest / 2, least, rest - least) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.round(Math.max(Math.min(value, high), Math.min(low, Math.max(high, 0))));
}
