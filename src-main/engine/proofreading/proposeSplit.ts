/**
 * A split that works wherever seeds are placed: where seeds of two sides share a supervoxel, it is divided first, in the same edit.
 */
import type { EditChange, SupervoxelRow } from '#domain/editChange.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { NativeOptions } from '#native/addon.ts';

import { composeDecisions, composeTables } from './composeChanges.ts';
import type { LiveSegmentation } from './liveSegmentation.ts';
import { overlayLabels } from './overlayLabels.ts';
import { proposeSegmentSplit } from './proposeDecisions.ts';
import type { SplitProposal } from './proposeDecisions.ts';
import { computeParts, describeDivision } from './splitSupervoxel.ts';
import type { SplitSources, SupervoxelDivision } from './splitSupervoxel.ts';

/** A place that belongs to a part. `voxel` lies in `supervoxel`. */
export interface PlacedSeed {
  readonly supervoxel: number;
  readonly voxel: Zyx;
}

export interface SplitEditProposal extends Omit<SplitProposal, 'change'> {
  /** The whole edit. Sides name supervoxels as they are after it. */
  readonly edit: () => EditChange;
  /** Supervoxels that are divided because seeds of several sides lie in them. */
  readonly divides: readonly number[];
  /** Voxels that get another supervoxel, empty where none is divided. */
  readonly voxels: readonly { readonly window: Box; readonly labels: Uint32Array }[];
}

/** What a side holds of the voxels about its seeds in a supervoxel that is divided fairly. */
const LEAST_SHARE = 0.25;

/**
 * Ways to divide a segment between seeds, best first.
 *
 * @param seeds of each of 2 to 9 sides
 * @param rowOf a supervoxel as the project has it
 * @throws FascicleError 'bad-request' with what to do, 'conflict' when the project changes meanwhile, 'cancelled'
 */
export async function proposeSplit(
  live: LiveSegmentation,
  sources: SplitSources,
  seeds: readonly (readonly PlacedSeed[])[],
  rowOf: (supervoxel: number) => SupervoxelRow,
  options: NativeOptions & { readonly alternatives?: number } = {},
): Promise<SplitEditProposal[]> {
  const sharedBy = sharedSupervoxels(seeds);
  if (sharedBy.size === 0) {
    const proposals = await proposeSegmentSplit(
      live,
      seeds.map((side) => side.map(({ supervoxel }) => supervoxel)),
      options,
    );
    return proposals.map(({ change, ...proposal }) => ({
      ...proposal,
      divides: [],
      voxels: [],
      edit: () => ({ decisions: change() }),
    }));
  }

  const firstNew = live.assignment.length;
  const divided: { row: SupervoxelRow; computed: Awaited<ReturnType<typeof computeParts>> }[] = [];
  let next = firstNew;
  for (const supervoxel of sharedBy) {
    const row = rowOf(supervoxel);
    const inside = seeds.flatMap((side, i) =>
      side.filter((seed) => seed.supervoxel === supervoxel).map(({ voxel }) => ({ voxel, side: i })),
    );
    const overlaid = overlayLabels(
      sources,
      divided.map(({ computed }) => computed),
    );
    const computed = await computeParts(live, overlaid, row, inside, next, options);
    next += computed.ids.length - 1;
    divided.push({ row, computed });
  }

  // From here to the start of the cut nothing waits: no one sees the divisions, which are taken back at once.
  if (live.assignment.length !== firstNew)
    throw new FascicleError('conflict', 'The project was changed while the split was worked out. Ask for it again.');
  const divisions: SupervoxelDivision[] = [];
  const made: Required<Pick<EditChange, 'tables' | 'decisions'>>[] = [];
  const divide = divided.map(({ row, computed }) => () => {
    const division = describeDivision(live, row, computed);
    // The parts stay one segment, so that the cut decides what goes with which of them.
    const { addMust } = division.decisions;
    const decisions = { ...division.decisions, addMust: [...addMust, ...division.together] };
    divisions.push(division);
    made.push({ decisions, tables: division.tables });
    return { decisions, tables: division.tables };
  });
  // A part that got its share is what was asked for, alone or not; one that was shut in is a seed that is too small.
  const mayStandAlone = seeds.map((_, side) =>
    divided.some(
      ({ computed }) => (computed.found.shares[side] ?? 0) >= LEAST_SHARE && computed.found.side.includes(side),
    ),
  );
  const proposals = await live.tentatively(divide, () =>
    proposeSegmentSplit(live, seedsOfParts(seeds, divisions), { ...options, mayStandAlone }),
  );
  const voxels = divisions.map(({ window, labels }) => ({ window, labels }));
  const tables = composeTables(made.map((division) => division.tables));
  const before = made.map(({ decisions }) => decisions);
  const again = made.map((division) => () => division);
  return proposals.map(({ change, ...proposal }) => ({
    ...proposal,
    divides: [...sharedBy],
    voxels,
    edit: () => ({ tables, decisions: composeDecisions([...before, live.tentatively(again, change)]) }),
  }));
}

/** Supervoxels with seeds of several sides. */
function sharedSupervoxels(seeds: readonly (readonly PlacedSeed[])[]): Set<number> {
  const sideOf = new Map<number, number>();
  const shared = new Set<number>();
  seeds.forEach((side, i) => {
    for (const { supervoxel } of side) {
      if ((sideOf.get(supervoxel) ?? i) !== i) shared.add(supervoxel);
      sideOf.set(supervoxel, i);
    }
  });
  return shared;
}

/** Supervoxels of each side: the parts that grew from it, where a seed lies in a divided supervoxel. */
function seedsOfParts(seeds: readonly (readonly PlacedSeed[])[], divisions: readonly SupervoxelDivision[]): number[][] {
  const gone = new Map(divisions.map((division) => [division.supervoxel, division]));
  return seeds.map((side, i) => [
    ...new Set(
      side.flatMap(({ supervoxel }) => {
        const division = gone.get(supervoxel);
        return division === undefined
          ? [supervoxel]
          : division.seededParts.filter((part) => part.side === i).map(({ id }) => id);
      }),
    ),
  ]);
}
