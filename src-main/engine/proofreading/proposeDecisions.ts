/**
 * The decisions that an edit of whole supervoxels comes to on the segments as they are, and what they would change. Nothing is changed
 * here: others record a proposal and apply it.
 */
import { NO_DECISIONS } from '#domain/editChange.ts';
import type { DecisionChange } from '#domain/editChange.ts';
import type { NativeOptions } from '#native/addon.ts';
import type { DecisionChange as NativeDecisions } from '#native/liveSegmentation.ts';

import type { LiveSegmentation, Preview } from './liveSegmentation.ts';
import { fromNativeDecisions } from './nativeChange.ts';
import { contactsAt, linkWithoutContact } from './segmentContacts.ts';
import type { ContactPlace } from './segmentContacts.ts';
import { objectChangeOf } from './segmentChange.ts';
import type { ObjectChange } from './segmentChange.ts';

/** Decisions, and what they would move. */
export interface DecisionProposal {
  readonly change: DecisionChange;
  readonly preview: Preview;
}

export interface MergeProposal extends DecisionProposal {
  readonly link: ContactPlace;
  /** Nanometres between the boxes of the linked supervoxels; 0 on a contact. */
  readonly gapNm: number;
  /** All contacts between the two segments: mean affinity, null without any, and voxel pairs. */
  readonly contacts: { readonly affinity: number | null; readonly area: number; readonly edges: number };
}

export interface ThresholdProposal extends DecisionProposal {
  readonly object: ObjectChange;
}

export interface SplitSide {
  readonly supervoxels: Uint32Array;
  readonly voxels: number;
}

export interface SplitProposal {
  readonly cost: number;
  /** In the order of the seeds. */
  readonly sides: readonly SplitSide[];
  /** What is cut, for drawing. */
  readonly cuts: readonly ContactPlace[];
  /** The decisions that make this split, worked out when asked for. Throws 'bad-request' once the segment has changed. */
  readonly change: () => DecisionChange;
}

export interface SplitOptions extends NativeOptions {
  /** Most to return. */
  readonly alternatives?: number;
  /** Of each side: whether nothing but its seeds is a fair answer; where it is not, a cut that only isolates them is refused. */
  readonly mayStandAlone?: readonly boolean[];
}

/** Most alternatives that a split looks for unless told. */
const SPLIT_ALTERNATIVES = 3;

/**
 * Joins the segments that hold two supervoxels, where they touch.
 *
 * @throws FascicleError 'bad-request' when they are one segment already
 */
export function proposeMerge(live: LiveSegmentation, a: number, b: number): MergeProposal {
  const { change: native, u, v, edge, gapNm, affinitySum, contactArea, edges } = live.queries.proposeMerge(a, b);
  const place = edge === null ? null : contactsAt(live, Uint32Array.of(edge))[0];
  return {
    ...proposalOf(live, decisionsOf(live, native)),
    link: place ?? linkWithoutContact(u, v),
    gapNm,
    contacts: {
      affinity: contactArea === 0 ? null : affinitySum / contactArea / live.affinityUnit,
      area: contactArea,
      edges,
    },
  };
}

/**
 * Makes a segment of its own of some supervoxels of one segment.
 *
 * @throws FascicleError 'bad-request' when they are all of it, or of several
 */
export function proposeIsolation(live: LiveSegmentation, supervoxels: readonly number[]): DecisionProposal {
  const native = live.queries.isolateChange(Uint32Array.from(supervoxels));
  return proposalOf(live, decisionsOf(live, native));
}

/**
 * Gives the object that holds a supervoxel a threshold of its own, in place of any that it has.
 *
 * @param threshold 0..1, null to follow the global one again
 */
export function proposeThreshold(live: LiveSegmentation, anchor: number, threshold: number | null): ThresholdProposal {
  const others = live.anchorsOf(live.segmentOf(anchor)).filter((id) => id !== anchor);
  const thresholds = [
    ...others.map((id) => ({ anchor: id, before: live.thresholdAt(id), after: null })),
    { anchor, before: live.thresholdAt(anchor), after: threshold },
  ];
  const proposal = proposalOf(live, { ...NO_DECISIONS, thresholds });
  const membersOf = (id: number): Uint32Array => live.members(id);
  return { ...proposal, object: objectChangeOf(anchor, proposal.preview, live.assignment, live.sizes, membersOf) };
}

/**
 * Ways to divide a segment between seeds along the borders of its supervoxels, best first, worked out on a thread of its own; edits may
 * go on meanwhile.
 *
 * @param seeds supervoxels of each of 2 to 9 sides, all of one segment
 * @throws FascicleError 'bad-request' with what to do, when seeds share a supervoxel, cannot be told apart, or lie on several segments
 */
export async function proposeSegmentSplit(
  live: LiveSegmentation,
  seeds: readonly Iterable<number>[],
  { alternatives = SPLIT_ALTERNATIVES, mayStandAlone, ...options }: SplitOptions = {},
): Promise<SplitProposal[]> {
  const found = await live.queries.proposeSplit(
    seeds.map((side) => Uint32Array.from(side)),
    alternatives,
    mayStandAlone && Uint8Array.from(mayStandAlone, Number),
    options,
  );
  return found.alternatives.map(({ cost, side, sizes, cutEdges, cutPairs }) => ({
    cost,
    sides: Array.from(sizes, (voxels, i) => ({
      voxels,
      supervoxels: found.supervoxels.filter((_, node) => side[node] === i),
    })),
    cuts: contactsAt(live, cutEdges).map(
      (place, i) => place ?? linkWithoutContact(cutPairs[2 * i], cutPairs[2 * i + 1]),
    ),
    change: () => decisionsOf(live, live.queries.splitChange(found.supervoxels, side, found.ways)),
  }));
}

function decisionsOf(live: LiveSegmentation, native: Required<NativeDecisions>): DecisionChange {
  return fromNativeDecisions(native, (anchor) => live.thresholdAt(anchor));
}

function proposalOf(live: LiveSegmentation, change: DecisionChange): DecisionProposal {
  return { change, preview: live.preview(change) };
}
