import type { AssignmentChange } from '#engine/proofreading/liveSegmentation.ts';

/** Changes one after the other as one; a supervoxel that moved twice is where it was moved last. */
export function joinAssignmentChanges(parts: readonly AssignmentChange[]): AssignmentChange {
  if (parts.some(({ kind }) => kind === 'all')) return { kind: 'all' };
  if (parts.length === 1) return parts[0];
  const last = new Map<number, number>();
  for (const part of parts)
    if (part.kind === 'some') part.supervoxels.forEach((id, i) => last.set(id, part.segments[i]));
  const supervoxels = Uint32Array.from([...last.keys()].sort((a, b) => a - b));
  return { kind: 'some', supervoxels, segments: supervoxels.map((id) => last.get(id)!) };
}
