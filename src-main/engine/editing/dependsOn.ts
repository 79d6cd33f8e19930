import type { EditChange } from '#domain/editChange.ts';

/**
 * True where a later change stands on what an older one made, as far as the values alone tell: it wrote the same value or row, or names a
 * supervoxel that goes when the older one is taken back. Decisions are counted and do not stand on each other.
 *
 * @param inverse what takes the older change back
 */
export function dependsOn(later: EditChange, inverse: EditChange): boolean {
  const own = new Set(valuesOf(inverse));
  if (valuesOf(later).some((value) => own.has(value))) return true;
  const gone = new Set(
    inverse.tables?.supervoxels.flatMap(({ before, after }) => (after === null ? [before!.id] : [])),
  );
  return gone.size > 0 && supervoxelsIn(later).some((id) => gone.has(id));
}

/** The single values and rows that a change writes. */
function valuesOf({ cut, facts = [], tables }: EditChange): string[] {
  const { supervoxels = [], edges = [], steps = [] } = tables ?? {};
  return [
    ...(cut ? ['cut'] : []),
    ...facts.map(({ supervoxel, key }) => `${key} ${supervoxel}`),
    ...supervoxels.map(({ before, after }) => `supervoxel ${(after ?? before)!.id}`),
    ...edges.map(({ before, after }) => `contact ${(after ?? before)!.u} ${(after ?? before)!.v}`),
    ...steps.map(({ step }) => `step ${step}`),
  ];
}

function supervoxelsIn({ decisions, facts = [] }: EditChange): number[] {
  const named = facts.map(({ supervoxel }) => supervoxel);
  if (!decisions) return named;
  const { addMust, removeMust, addCannot, removeCannot, thresholds } = decisions;
  const pairs = [...addMust, ...removeMust, ...addCannot, ...removeCannot];
  return [...named, ...pairs.flat(), ...thresholds.map(({ anchor }) => anchor)];
}
