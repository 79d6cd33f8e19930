import type { SupervoxelGeometry } from '#contract/supervoxelBytes.ts';

/** Supervoxels whose size or box differs between two tables, or that only one of them has. */
export function changedRows(before: SupervoxelGeometry | null, after: SupervoxelGeometry): number[] {
  const changed: number[] = [];
  for (let row = 0; row < Math.max(before?.count ?? 0, after.count); row++)
    if (!isSame(before, after, row)) changed.push(row + 1);
  return changed;
}

function isSame(before: SupervoxelGeometry | null, after: SupervoxelGeometry, row: number): boolean {
  if (before === null || row >= before.count || row >= after.count || before.sizes[row] !== after.sizes[row])
    return false;
  for (let i = 6 * row; i < 6 * row + 6; i++) if (before.boxes[i] !== after.boxes[i]) return false;
  return true;
}
