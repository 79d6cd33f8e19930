/**
 * The supervoxels to draw while other segments are looked at: all of the selected segments as they are, so that what would leave them
 * still shows, and all that would be one with them.
 *
 * @param present segment of every supervoxel; element 0 is none
 * @param preview the same, as it would be; supervoxels that it adds have no surface yet
 * @param selected segments of `present`
 * @returns ascending
 */
export function previewMembers(present: Uint32Array, preview: Uint32Array, selected: readonly number[]): Uint32Array {
  const length = Math.min(present.length, preview.length);
  const isSelected = new Set(selected);
  // A segment is named by one of its supervoxels.
  const wouldBe = new Set(selected.filter((id) => id < length).map((id) => preview[id]));
  wouldBe.delete(0);
  const members: number[] = [];
  for (let id = 1; id < length; id++)
    if (present[id] !== 0 && (isSelected.has(present[id]) || wouldBe.has(preview[id]))) members.push(id);
  return Uint32Array.from(members);
}

/**
 * The largest of many supervoxels: most of what is seen of an object is in few of them.
 *
 * @param sizes voxels of supervoxel i + 1
 * @param most how many to keep; among equals the lower ids
 * @returns ascending
 */
export function largestMembers(members: Uint32Array, sizes: ArrayLike<number>, most: number): Uint32Array {
  if (members.length <= most) return members;
  const bySize = members.slice().sort((a, b) => sizes[b - 1] - sizes[a - 1] || a - b);
  return bySize.subarray(0, most).slice().sort();
}
