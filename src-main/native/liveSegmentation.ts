/** The segments and the region graph of a project, kept in memory by the addon: assignment, queries, cuts. */
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { EdgeTable, MergeSteps, SupervoxelTable } from '#domain/tables.ts';

import { callNative, runNative, type NativeOptions } from './addon.ts';
import { readReviewEvidence } from './reviewEvidence.ts';
import type { FoundReviewEvidence, NativeReviewEvidence } from './reviewEvidence.ts';

/** Where the merge tree is cut. */
export interface SegmentationCut {
  /** 0..1; Infinity merges nothing. */
  readonly threshold: number;
  /** Voxels; undecided segments of fewer go to their strongest neighbour. 0 keeps all. */
  readonly minSize: number;
}

/**
 * Decisions of a user, taken and taken back at once. Links are pairs of supervoxels one after the other; the same pair may be
 * linked several times, by several edits. Absent means none.
 */
export interface DecisionChange {
  readonly addMust?: Uint32Array;
  readonly removeMust?: Uint32Array;
  readonly addCannot?: Uint32Array;
  readonly removeCannot?: Uint32Array;
  /** Supervoxels whose object gets a threshold of its own. */
  readonly anchors?: Uint32Array;
  /** One per anchor: 0..1 or Infinity, -1 takes it away. */
  readonly thresholds?: Float64Array;
}

/** What dividing a supervoxel does to merge steps and voxel counts. */
export interface ForestChange {
  /** Three per step: index of the step, supervoxel that it ended at, supervoxel that it ends at now. */
  readonly stepMoves?: Uint32Array;
  readonly sizeIds?: Uint32Array;
  /** Voxels of each of `sizeIds`; 0 makes an id vacant. The id after the last one adds a supervoxel. */
  readonly sizes?: Float64Array;
}

/** What dividing a supervoxel does to the region graph. */
export interface GraphChange extends Partial<Omit<EdgeTable, 'affinityUnit'>> {
  /** Ids of edges that end; those that begin are the columns of a region graph, u < v. */
  readonly endedEdges?: Uint32Array;
  readonly placeIds?: Uint32Array;
  /** Six per id: first and last + 1 voxel, z, y, x. */
  readonly placeBoxes?: Int32Array;
  /** Three per id: z, y, x. */
  readonly placeCentroids?: Float64Array;
}

export type SegmentationChange = DecisionChange & ForestChange & GraphChange;

/** Supervoxels that went to another segment, by rising id, and which; vacant ids go to 0. */
export interface AssignmentDelta {
  readonly supervoxels: Uint32Array;
  readonly segments: Uint32Array;
}

export interface AppliedChange extends AssignmentDelta {
  /** What takes the change back. */
  readonly inverse: Required<SegmentationChange>;
}

/** The segments that touch one, by rising id. */
export interface Neighbours {
  readonly segments: Uint32Array;
  /** Sum of the affinities of all contacts, in units of 1 / `affinityUnit`. */
  readonly affinitySum: Float64Array;
  /** Number of voxel pairs that touch. */
  readonly contactArea: Float64Array;
  /** The strongest contact, in units of 1 / `affinityUnit`, and the edge that holds it. */
  readonly affinityMax: Uint32Array;
  readonly strongestEdge: Uint32Array;
  /** Number of pairs of supervoxels that touch. */
  readonly edges: Uint32Array;
}

export interface MergeLink {
  readonly change: Required<DecisionChange>;
  /** The must-link: `u` in the segment of the first place, `v` in that of the second. */
  readonly u: number;
  readonly v: number;
  /** The edge between them; null where the two segments touch nowhere. */
  readonly edge: number | null;
  /** Nanometres between their boxes; 0 on a contact. */
  readonly gapNm: number;
  /** All contacts between the two segments. */
  readonly affinitySum: number;
  readonly contactArea: number;
  readonly edges: number;
}

/** Stands for an edge in `cutEdges` where a must-link without a contact is cut. */
export const NO_EDGE = 0xffffffff;

export interface SplitAlternative {
  /** Sum of the capacities of the edges cut; alternatives come cheapest first. */
  readonly cost: number;
  /** Side of each of the segment's supervoxels, from 0. */
  readonly side: Uint8Array;
  /** Voxels of each side. */
  readonly sizes: Float64Array;
  readonly cutEdges: Uint32Array;
  /** Two supervoxels for each of `cutEdges`. */
  readonly cutPairs: Uint32Array;
}

export interface SplitAlternatives {
  /** All supervoxels of the segment, by rising id. */
  readonly supervoxels: Uint32Array;
  /** For each side its seeds, then the supervoxels on the ways between them. */
  readonly ways: readonly Uint32Array[];
  readonly alternatives: readonly SplitAlternative[];
}

/** What the user decided about one supervoxel; a supervoxel linked several times is listed as often. */
export interface SupervoxelDecisions {
  readonly must: Uint32Array;
  readonly cannot: Uint32Array;
  /** -1 where there is none. */
  readonly threshold: number;
}

/** The merge steps that end at a supervoxel. */
export interface SupervoxelSteps {
  /** Indices from 0. */
  readonly steps: Uint32Array;
  /** The supervoxel at the other end of each. */
  readonly others: Uint32Array;
  /** 1 where the supervoxel is the step's `u`, 0 where it is its `v`. */
  readonly isU: Uint8Array;
}

/** What a project would be at each of some thresholds, in their order. */
export interface ThresholdCurve {
  readonly segments: Uint32Array;
  /** Voxels of the largest. */
  readonly largestVoxels: Float64Array;
  /** H(segment | truth) of the whole volume, bits; 0 where no truth was given. */
  readonly viSplit: Float64Array;
  /** H(truth | segment), bits. */
  readonly viMerge: Float64Array;
}

export interface ThresholdCurveRequest {
  /** Rising, 0 or above. */
  readonly thresholds: Float64Array;
  /** Voxels, as in a cut; an object keeps that of the cut in force. */
  readonly minSize: number;
  /** A supervoxel whose object alone gets the thresholds: segments are then counted among the supervoxels that it has now. */
  readonly anchor?: number | undefined;
  /** Voxels that supervoxels share with objects of ground truth, by rising supervoxel; 0 stands for no supervoxel. */
  readonly truth?:
    { readonly supervoxels: Uint32Array; readonly truths: Uint32Array; readonly voxels: Float64Array } | undefined;
}

/** What a live segmentation is made of; nothing of it is kept. */
export interface SegmentationTables {
  readonly supervoxels: Pick<SupervoxelTable, 'sizes' | 'boxMin' | 'boxMax' | 'centroids'>;
  readonly edges: EdgeTable;
  readonly steps: MergeSteps;
  /** Null counts voxels as cubes. */
  readonly voxelSizeNm: VoxelSizeNm | null;
  readonly cut: SegmentationCut;
}

/**
 * The state behind a handle of the addon. Calls work at once, on the calling thread; only what
 * returns a promise takes a worker thread. A wrong argument throws FascicleError 'bad-request', an edit that makes no sense too, with what to do instead;
 * decisions that contradict each other throw 'conflict'. Nothing has changed after an error.
 */
export class NativeLiveSegmentation {
  readonly #handle: unknown;

  private constructor(handle: unknown) {
    this.#handle = handle;
  }

  static async open(tables: SegmentationTables, options?: NativeOptions): Promise<NativeLiveSegmentation> {
    const { supervoxels, edges, steps, voxelSizeNm, cut } = tables;
    const { sizes, boxMin, boxMax, centroids } = supervoxels;
    const { u, v, affinitySum, contactArea, affinityMax, contactVoxel, affinityUnit } = edges;
    const handle = await runNative(
      'openLiveSegmentation',
      {
        ...{ sizes, boxMin, boxMax, centroids, stepU: steps.u, stepV: steps.v, stepScore: steps.score },
        ...{ u, v, affinitySum, contactArea, affinityMax, contactVoxel, affinityUnit },
        ...cut,
        voxelSize: voxelSizeNm ?? [1, 1, 1],
      },
      options,
    );
    return new NativeLiveSegmentation(handle);
  }

  /** Frees the memory; every later call throws. */
  close(): void {
    this.#call('closeLiveSegmentation');
  }

  /** A copy: the segment of every supervoxel, by id; element 0 and vacant ids are 0. */
  assignment(): Uint32Array {
    return this.#call('liveAssignment');
  }

  setCut(cut: SegmentationCut): void {
    this.#call('liveSetCut', { ...cut });
  }

  /** The assignment that another cut would give, into `out`, as far as that goes. */
  previewCut(cut: SegmentationCut, out: Uint32Array): void {
    this.#call('livePreviewCut', { ...cut, out });
  }

  apply(change: SegmentationChange): AppliedChange {
    return this.#call('liveApply', { ...change });
  }

  /** What decisions would change, without taking them. */
  preview(change: DecisionChange): AssignmentDelta {
    return this.#call('livePreview', { ...change });
  }

  /** Supervoxels of a segment, by rising id. */
  members(segment: number): Uint32Array {
    return this.#call('liveMembers', { segment });
  }

  neighbours(segment: number): Neighbours {
    return this.#call('liveNeighbours', { segment });
  }

  /** Edges between two segments, by rising id. */
  contacts(a: number, b: number): Uint32Array {
    return this.#call('liveContacts', { a, b });
  }

  /** The columns of these edges. */
  edges(edges: Uint32Array): Omit<EdgeTable, 'affinityUnit'> {
    return this.#call('liveEdges', { edges });
  }

  /** Edges of a supervoxel. */
  edgesOf(supervoxel: number): Uint32Array {
    return this.#call('liveEdgesOf', { supervoxel });
  }

  stepsOf(supervoxel: number): SupervoxelSteps {
    return this.#call('liveStepsOf', { supervoxel });
  }

  decisionsOf(supervoxel: number): SupervoxelDecisions {
    return this.#call('liveDecisionsOf', { supervoxel });
  }

  proposeMerge(a: number, b: number): MergeLink {
    return this.#call('liveProposeMerge', { a, b });
  }

  /**
   * Ways to divide the segment that holds all seeds, on a copy of its graph: later changes do not disturb it.
   *
   * @param seeds supervoxels of each side, 2 to 9 sides
   * @param alternatives most to look for, 1 to 16
   * @param mayStandAlone of each side: 1 where nothing but its seeds is a fair answer, 0 where that is refused
   */
  proposeSplit(
    seeds: readonly Uint32Array[],
    alternatives: number,
    mayStandAlone: Uint8Array = new Uint8Array(seeds.length),
    options?: NativeOptions,
  ): Promise<SplitAlternatives> {
    return runNative('liveProposeSplit', { handle: this.#handle, seeds, alternatives, mayStandAlone }, options);
  }

  /** The decisions that make a proposed split. Throws when the segment has changed since. */
  splitChange(supervoxels: Uint32Array, side: Uint8Array, ways: readonly Uint32Array[]): Required<DecisionChange> {
    return this.#call('liveSplitChange', { supervoxels, side, ways });
  }

  /** The decisions that make a segment of its own of some supervoxels of one segment. */
  isolateChange(supervoxels: Uint32Array): Required<DecisionChange> {
    return this.#call('liveIsolateChange', { supervoxels });
  }

  /**
   * What speaks for and against segments and their contacts, on a thread of its own; edits may go on meanwhile.
   *
   * @param request.segments of which; all of them when absent
   * @param request.leastStake bits, above 0: contacts and links at which less is at stake are left out
   * @param request.shape of the volume, z, y, x
   * @returns null where a supervoxel was divided meanwhile: ask again
   */
  async reviewEvidence(
    request: { readonly segments?: Uint32Array | undefined; readonly leastStake: number; readonly shape: Zyx },
    options?: NativeOptions,
  ): Promise<NativeReviewEvidence | null> {
    const values = { handle: this.#handle, ...request };
    const found = await runNative<FoundReviewEvidence | null>('liveReviewEvidence', values, options);
    return found && readReviewEvidence(found, { signal: options?.signal });
  }

  /**
   * The project at each of many thresholds under the decisions in force, on a thread of its own; edits may go on meanwhile.
   *
   * @returns null where a supervoxel was divided meanwhile: ask again
   */
  thresholdCurve(
    { thresholds, minSize, anchor, truth }: ThresholdCurveRequest,
    options?: NativeOptions,
  ): Promise<ThresholdCurve | null> {
    const rows = truth && { truthSupervoxels: truth.supervoxels, truths: truth.truths, truthVoxels: truth.voxels };
    return runNative('liveThresholdCurve', { handle: this.#handle, thresholds, minSize, anchor, ...rows }, options);
  }

  #call<Result>(name: string, values: Readonly<Record<string, unknown>> = {}): Result {
    return callNative(name, { ...values, handle: this.#handle }) as Result;
  }
}
