import type { EditRequest, Seed } from '#contract/routes/edits.ts';
import { NO_DECISIONS } from '#domain/editChange.ts';
import type {
  DecisionChange,
  EditChange,
  EditKind,
  FactKey,
  SupervoxelPair,
  SupervoxelRow,
} from '#domain/editChange.ts';
import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { summariseCut, thresholdInWords } from '#engine/project/editLog.ts';
import { checkCut } from '#engine/project/edits.ts';
import type { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';
import { proposeIsolation, proposeMerge, proposeThreshold } from '#engine/proofreading/proposeDecisions.ts';
import type { MergeProposal } from '#engine/proofreading/proposeDecisions.ts';
import type { SplitEditProposal } from '#engine/proofreading/proposeSplit.ts';
import type { SplitSources } from '#engine/proofreading/splitSupervoxel.ts';

import type { ProposeSplit } from './rememberSplit.ts';
import { preparePaint } from './voxels/paint/preparePaint.ts';
import { patchOfParts } from './voxels/voxelPatch.ts';
import type { VoxelPatch } from './voxels/voxelPatch.ts';

/** An edit that is ready to be committed: its change, and what is needed to show it. */
export interface PreparedEdit {
  readonly kind: EditKind;
  readonly summary: string;
  readonly change: EditChange;
  readonly place: Zyx | null;
  /** Supervoxel of the object that the edit is about. */
  readonly anchor: number | null;
  readonly link: MergeProposal | null;
  readonly alternatives: readonly SplitEditProposal[];
  readonly divides: readonly number[];
  /** Voxels that get another supervoxel, one patch after the other. */
  readonly voxels: readonly VoxelPatch[];
}

/** What requests are worked out on. */
export interface EditContext {
  readonly live: LiveSegmentation;
  /** Voxels and affinities as they are now. */
  readonly sources: SplitSources;
  /** Nanometres, z, y, x; 1 each where it is not known. */
  readonly voxelSizeNm: () => Promise<VoxelSizeNm>;
  /** A supervoxel as the project has it. */
  readonly rowOf: (supervoxel: number) => SupervoxelRow;
  /** Ways to split an object, best first. */
  readonly splitWays: ProposeSplit;
  /** The present text of a note. */
  readonly factOf: (supervoxel: number, key: FactKey) => string | null;
}

const NOTHING_MORE = { link: null, alternatives: [], divides: [], voxels: [] } as const;

/**
 * Works out what a request means on the segmentation as it is. Pure: the same request on the same state gives the same change.
 *
 * @throws FascicleError 'bad-request' with what to do instead
 */
export async function prepareEdit(
  context: EditContext,
  request: EditRequest,
  signal?: AbortSignal,
): Promise<PreparedEdit> {
  const { live, factOf } = context;
  switch (request.kind) {
    case 'merge':
      return prepareMerge(live, request.supervoxels, request.place);
    case 'split':
      return prepareSplit(context, request, signal);
    case 'isolate': {
      const { change } = proposeIsolation(live, request.supervoxels);
      const summary = `Isolate ${count(request.supervoxels.length, 'supervoxel')} of ${live.segmentOf(request.supervoxels[0])}`;
      return { ...NOTHING_MORE, ...request, summary, change: { decisions: change }, anchor: request.supervoxels[0] };
    }
    case 'keep':
      return prepareKeep(live, request);
    case 'paint':
      return { ...NOTHING_MORE, ...(await preparePaint(context, request, signal)) };
    case 'threshold': {
      checkCut(request.cut);
      const change = { cut: { before: live.cut, after: request.cut } };
      return {
        ...NOTHING_MORE,
        kind: 'threshold',
        summary: summariseCut(request.cut),
        change,
        place: null,
        anchor: null,
      };
    }
    case 'object-threshold': {
      const { anchor, threshold, place } = request;
      const { change } = proposeThreshold(live, anchor, threshold);
      const segment = live.segmentOf(anchor);
      const summary = `${threshold === null ? 'Global threshold' : thresholdInWords(threshold)} for ${segment}`;
      return { ...NOTHING_MORE, kind: 'object-threshold', summary, change: { decisions: change }, place, anchor };
    }
    case 'fact': {
      const { supervoxel, key, value, place } = request;
      const segment = live.segmentOf(supervoxel);
      const facts = [{ supervoxel, key, before: factOf(supervoxel, key), after: value }];
      const summary =
        value === null ? `No ${key} for ${segment}` : `${FACT_WORDS[key]} ${segment}: ${value.slice(0, 60)}`;
      return { ...NOTHING_MORE, kind: key, summary, change: { facts }, place, anchor: supervoxel };
    }
  }
}

const FACT_WORDS = { name: 'Name', status: 'Status of', note: 'Note on' } as const;

/** A decision that agrees with the segmentation as it is. */
function prepareKeep(
  live: LiveSegmentation,
  { supervoxels: [u, v], as, place }: Extract<EditRequest, { kind: 'keep' }>,
): PreparedEdit {
  const [a, b] = [live.segmentOf(u), live.segmentOf(v)];
  if ((a === b) !== (as === 'one'))
    throw new FascicleError(
      'bad-request',
      as === 'one'
        ? `Supervoxels ${u} and ${v} are in two objects, ${a} and ${b}. Merge them instead.`
        : `Supervoxels ${u} and ${v} are in one object, ${a}. Split it instead.`,
    );
  const pair: SupervoxelPair = [u, v];
  const decisions = as === 'one' ? { ...NO_DECISIONS, addMust: [pair] } : { ...NO_DECISIONS, addCannot: [pair] };
  const summary = as === 'one' ? `Keep ${a} together` : `Keep ${a} and ${b} apart`;
  return { ...NOTHING_MORE, kind: 'keep', summary, change: { decisions }, place, anchor: u };
}

/** Joins any number of objects: each next one to what the ones before have become. */
function prepareMerge(live: LiveSegmentation, supervoxels: readonly number[], place: Zyx | null): PreparedEdit {
  const segments = [...new Set(supervoxels.map((id) => live.segmentOf(id)))];
  if (segments.length < 2)
    throw new FascicleError(
      'bad-request',
      `These places are one object already (${segments[0]}). Choose a second object, or leave the merge.`,
    );
  const [first, ...others] = supervoxels.filter(
    (id, i) => supervoxels.findIndex((other) => live.segmentOf(other) === live.segmentOf(id)) === i,
  );
  if (others.length === 1) {
    const link = proposeMerge(live, first, others[0]);
    return mergeOf(segments, { decisions: link.change }, place ?? link.link.contact, first, link);
  }
  return mergeOf(segments, { decisions: mergeMany(live, [first, ...others]) }, place, first, null);
}

function mergeOf(
  segments: readonly number[],
  change: EditChange,
  place: Zyx | null,
  anchor: number,
  link: MergeProposal | null,
): PreparedEdit {
  const summary = segments.length === 2 ? `Merge ${segments.join(' + ')}` : `Merge ${segments.length} objects`;
  return { ...NOTHING_MORE, kind: 'merge', summary, change, place, anchor, link };
}

/** Tries each merge on the state that the one before it leaves, then puts the state back. */
function mergeMany(live: LiveSegmentation, supervoxels: readonly number[]): DecisionChange {
  const taken: DecisionChange[] = [];
  try {
    // An object that touches nothing yet may touch what others have become: those that touch go first.
    let rest = supervoxels.slice(1);
    while (rest.length > 0) {
      const proposals = rest.map((id) => ({ id, proposal: proposeOrNull(live, supervoxels[0], id) }));
      const [next] = proposals.sort((a, b) => (a.proposal?.gapNm ?? 0) - (b.proposal?.gapNm ?? 0));
      rest = rest.filter((id) => id !== next.id);
      if (next.proposal === null) continue;
      live.apply({ decisions: next.proposal.change });
      taken.push(next.proposal.change);
    }
  } finally {
    for (const change of [...taken].reverse()) live.apply({ decisions: inverseOf(change) });
  }
  return taken.reduce(joinDecisions, NO_DECISIONS);
}

function proposeOrNull(live: LiveSegmentation, a: number, b: number): MergeProposal | null {
  return live.segmentOf(a) === live.segmentOf(b) ? null : proposeMerge(live, a, b);
}

function inverseOf({ addMust, removeMust, addCannot, removeCannot }: DecisionChange): DecisionChange {
  return { addMust: removeMust, removeMust: addMust, addCannot: removeCannot, removeCannot: addCannot, thresholds: [] };
}

function joinDecisions(a: DecisionChange, b: DecisionChange): DecisionChange {
  return {
    addMust: [...a.addMust, ...b.addMust],
    removeMust: [...a.removeMust, ...b.removeMust],
    addCannot: [...a.addCannot, ...b.addCannot],
    removeCannot: [...a.removeCannot, ...b.removeCannot],
    thresholds: [...a.thresholds, ...b.thresholds],
  };
}

async function prepareSplit(
  { live, splitWays }: EditContext,
  { seeds, alternative, place }: Extract<EditRequest, { kind: 'split' }>,
  signal: AbortSignal | undefined,
): Promise<PreparedEdit> {
  const sides = seedsBySide(seeds);
  const alternatives = await splitWays(sides, signal);
  const chosen = alternatives[alternative];
  if (chosen === undefined)
    throw new FascicleError(
      'bad-request',
      `There are ${count(alternatives.length, 'way')} to split here; way ${alternative + 1} is not one of them.`,
    );
  const segment = live.segmentOf(seeds[0].supervoxel);
  return {
    ...NOTHING_MORE,
    kind: 'split',
    summary: `Split ${segment} in ${sides.length}`,
    change: chosen.edit(),
    place: place ?? chosen.cuts.find(({ contact }) => contact !== null)?.contact ?? seeds[0].voxel,
    anchor: seeds[0].supervoxel,
    alternatives,
    divides: chosen.divides,
    voxels: chosen.voxels.map(patchOfParts),
  };
}

/** Seeds of each side that has any, sides in order. */
function seedsBySide(seeds: readonly Seed[]): Seed[][] {
  const sides = [...new Set(seeds.map(({ side }) => side))].sort((a, b) => a - b);
  if (sides.length < 2)
    throw new FascicleError('bad-request', 'All seeds are on one side. Place a seed on each side of the object.');
  return sides.map((side) => seeds.filter((seed) => seed.side === side));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
