/** The assignment with supervoxels moved; what a window does not know yet is passed over. */
export function withDelta(
  assignment: Uint32Array,
  delta: { readonly supervoxels: readonly number[]; readonly segments: readonly number[] },
): Uint32Array {
  const next = assignment.slice();
  delta.supervoxels.forEach((id, i) => {
    if (id < next.length) next[id] = delta.segments[i];
  });
  return next;
}
