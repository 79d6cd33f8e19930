/** The number of segments of an assignment: supervoxels that are the smallest of theirs. */
export function countSegments(assignment: Uint32Array): number {
  let segments = 0;
  for (let id = 1; id < assignment.length; id++) if (assignment[id] === id) segments++;
  return segments;
}
