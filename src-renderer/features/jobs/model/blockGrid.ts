/** The states of a block as the engine numbers them. */
export const BLOCK_STATES = ['to do', 'running', 'done', 'retried'] as const;

/** How many blocks are in each state, in the order of BLOCK_STATES. */
export function countBlocks(blocks: readonly number[]): number[] {
  const counts = BLOCK_STATES.map(() => 0);
  for (const state of blocks) counts[state]++;
  return counts;
}

/** Cells of equal size in rows, x fastest. */
export interface BlockGrid {
  readonly columns: number;
  readonly rows: number;
  /** Side of a cell with its gap, in pixels. */
  readonly pitch: number;
  readonly gap: number;
}

const LARGEST_PITCH = 20;

/** The largest square cells with which `count` blocks fit into a rectangle. Thousands become single pixels without gaps. */
export function blockGrid(count: number, width: number, height: number): BlockGrid {
  if (count === 0 || width <= 0 || height <= 0) return { columns: 0, rows: 0, pitch: 0, gap: 0 };
  let pitch = Math.min(LARGEST_PITCH, Math.sqrt((width * height) / count));
  while (pitch > 0.1 && Math.floor(width / pitch) * Math.floor(height / pitch) < count) pitch -= 0.05;
  // Whole pixels look alike; below a few they would not fit.
  if (pitch >= 3) pitch = Math.floor(pitch);
  const columns = Math.max(1, Math.floor(width / pitch));
  return { columns, rows: Math.ceil(count / columns), pitch, gap: pitch >= 8 ? 2 : pitch >= 4 ? 1 : 0 };
}

/** The height in which `count` blocks have cells as large as cells get; more would stay empty. */
export function fullGridHeight(count: number, width: number): number {
  return Math.ceil(count / Math.max(1, Math.floor(width / LARGEST_PITCH))) * LARGEST_PITCH;
}

/** The block under a point; null between or beyond them. */
export function blockAt(grid: BlockGrid, count: number, x: number, y: number): number | null {
  if (grid.columns === 0) return null;
  const column = Math.floor(x / grid.pitch);
  const row = Math.floor(y / grid.pitch);
  if (column < 0 || column >= grid.columns || row < 0) return null;
  const index = row * grid.columns + column;
  return index < count ? index : null;
}
