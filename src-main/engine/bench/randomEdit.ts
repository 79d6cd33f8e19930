import type { EditRequest } from '#contract/routes/edits.ts';

export const RANDOM_KINDS = ['merge', 'split', 'isolate', 'keep', 'object-threshold', 'threshold', 'fact'] as const;
export type RandomKind = (typeof RANDOM_KINDS)[number];

/** Supervoxels behind the first that are looked through for a partner. */
const REACH = 4096;
/** Fragment sizes that a random cut asks for. */
const MIN_SIZES = [0, 0, 20];

/**
 * A random edit of a kind on the segments as they are, or null where there is none at the place that chance chose. Some are refused by
 * the project, as some of a person's are. Partners are looked for among the ids that follow, which lie near.
 *
 * @param assignment the segment of every supervoxel
 * @param random numbers 0..1
 */
export function randomEdit(assignment: Uint32Array, kind: RandomKind, random: () => number): EditRequest | null {
  const count = assignment.length - 1;
  const first = 1 + Math.floor(random() * count);
  const place = null;
  const threshold = Math.round(random() * 100) / 100;
  switch (kind) {
    case 'merge': {
      const other = partnerOf(assignment, first, (segment) => segment !== assignment[first]);
      return other === null ? null : { kind, supervoxels: [first, other], place };
    }
    case 'split': {
      const other = partnerOf(assignment, first, (segment) => segment === assignment[first]);
      if (other === null) return null;
      const seeds = [first, other].map((supervoxel, side) => ({ side, supervoxel, voxel: [0, 0, 0] as const }));
      return {
        kind,
        seeds: seeds.map(({ voxel, ...seed }) => ({ ...seed, voxel: [...voxel] })),
        alternative: 0,
        place,
      };
    }
    case 'keep': {
      const other = partnerOf(assignment, first, () => random() < 0.5);
      if (other === null) return null;
      return { kind, supervoxels: [first, other], as: assignment[first] === assignment[other] ? 'one' : 'two', place };
    }
    case 'isolate':
      return { kind, supervoxels: [first], place };
    case 'object-threshold':
      return { kind, anchor: first, threshold: random() < 0.2 ? null : threshold, place };
    case 'threshold':
      return { kind, cut: { threshold, minSize: MIN_SIZES[Math.floor(random() * MIN_SIZES.length)] } };
    case 'fact': {
      const key = (['name', 'status', 'note'] as const)[Math.floor(random() * 3)];
      return { kind, supervoxel: first, key, value: random() < 0.2 ? null : `text ${threshold}`, place };
    }
  }
}

function partnerOf(assignment: Uint32Array, first: number, isPartner: (segment: number) => boolean): number | null {
  const end = Math.min(assignment.length, first + REACH);
  for (let id = first + 1; id < end; id++) if (assignment[id] !== 0 && isPartner(assignment[id])) return id;
  return null;
}
