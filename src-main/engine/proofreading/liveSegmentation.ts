/**
 * The state of proofreading in memory: which segment holds which supervoxel now, and what edits would change. Pure of files and of the
 * log: it is made from tables, takes changes that others have recorded, and proposes changes that others record.
 */
import type { Cut, DecisionChange, EditChange } from '#domain/editChange.ts';
import { NO_DECISIONS } from '#domain/editChange.ts';
import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { EdgeTable, MergeSteps, SupervoxelTable } from '#domain/tables.ts';
import { countSegments } from '#engine/project/countSegments.ts';
import type { NativeOptions } from '#native/addon.ts';
import { NativeLiveSegmentation, NO_EDGE } from '#native/liveSegmentation.ts';
import type {
  AssignmentDelta,
  SupervoxelDecisions,
  SupervoxelSteps,
  ThresholdCurve,
  ThresholdCurveRequest,
} from '#native/liveSegmentation.ts';
import type { NativeReviewEvidence } from '#native/reviewEvidence.ts';

import { fromNativeDecisions, toNativeCut, toNativeDecisions, toNativeTables, voxelPosition } from './nativeChange.ts';
import { flowsOf, objectChangeOf } from './segmentChange.ts';
import type { ObjectChange, SegmentFlow } from './segmentChange.ts';

export interface LiveTables {
  readonly supervoxels: SupervoxelTable;
  readonly edges: EdgeTable;
  readonly steps: MergeSteps;
  /** Of the volume, z, y, x. */
  readonly shape: Zyx;
  readonly voxelSizeNm: VoxelSizeNm | null;
  readonly cut: Cut;
}

/** A new cut moves any supervoxel, all else a few. */
export type AssignmentChange = { readonly kind: 'all' } | ({ readonly kind: 'some' } & AssignmentDelta);

/** The same of an edit that was made, with where the supervoxels came from: 0 for those that it added. */
export type AppliedChange =
  { readonly kind: 'all' } | ({ readonly kind: 'some'; readonly before: Uint32Array } & AssignmentDelta);

/** What an edit would change, and its numbers. */
export interface Preview extends AssignmentDelta {
  readonly flows: readonly SegmentFlow[];
}

/** A place where two supervoxels touch. */
export interface ContactPlace {
  readonly u: number;
  readonly v: number;
  /** The strongest contact, z, y, x; null for a link without a contact. */
  readonly contact: Zyx | null;
  /** Mean affinity, 0..1; null without a contact. */
  readonly affinity: number | null;
  /** Voxel pairs. */
  readonly area: number;
}

export interface MergeProposal {
  readonly change: DecisionChange;
  readonly preview: Preview;
  readonly link: ContactPlace;
  /** Nanometres between the boxes of the linked supervoxels; 0 on a contact. */
  readonly gapNm: number;
  /** All contacts between the two segments: mean affinity, null without any, and voxel pairs. */
  readonly contacts: { readonly affinity: number | null; readonly area: number; readonly edges: number };
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

export interface SegmentNeighbour {
  readonly segment: number;
  /** Mean affinity of all contacts, 0..1. */
  readonly affinity: number;
  /** Voxel pairs. */
  readonly area: number;
  /** Pairs of supervoxels that touch. */
  readonly edges: number;
  readonly strongest: ContactPlace;
}

/** Most alternatives that a split looks for unless told. */
const SPLIT_ALTERNATIVES = 3;

export class LiveSegmentation {
  readonly shape: Zyx;
  readonly voxelSizeNm: VoxelSizeNm | null;
  readonly #native: NativeLiveSegmentation;
  readonly #unit: number;
  readonly #thresholds = new Map<number, number>();
  #assignment: Uint32Array;
  #sizes: Float64Array;
  #cut: Cut;
  #segments: number;

  private constructor(native: NativeLiveSegmentation, tables: LiveTables) {
    this.#native = native;
    this.#unit = tables.edges.affinityUnit;
    this.shape = tables.shape;
    this.voxelSizeNm = tables.voxelSizeNm;
    this.#assignment = native.assignment();
    this.#sizes = tables.supervoxels.sizes.slice();
    this.#cut = tables.cut;
    this.#segments = countSegments(this.#assignment);
  }

  /** Copies the tables; they can be dropped afterwards. */
  static async create(tables: LiveTables, options?: NativeOptions): Promise<LiveSegmentation> {
    const cut = toNativeCut(tables.cut);
    return new LiveSegmentation(await NativeLiveSegmentation.open({ ...tables, cut }, options), tables);
  }

  /** Frees the memory; nothing may be called afterwards. */
  close(): void {
    this.#native.close();
  }

  /** Segment of every supervoxel, by id; element 0 and vacant ids are 0. Changes in place until supervoxels are added. */
  get assignment(): Uint32Array {
    return this.#assignment;
  }

  /** How many segments there are, kept as edits go: counting a million takes longer than an edit. */
  get segmentCount(): number {
    return this.#segments;
  }

  get cut(): Cut {
    return this.#cut;
  }

  /** Voxels of supervoxel i + 1. */
  get sizes(): Float64Array {
    return this.#sizes;
  }

  /** @throws FascicleError 'bad-request' where there is none */
  segmentOf(supervoxel: number): number {
    const segment = this.#assignment[supervoxel] ?? 0;
    if (segment === 0) throw new FascicleError('bad-request', `There is no supervoxel ${supervoxel}.`);
    return segment;
  }

  /** Supervoxels of a segment, by rising id. */
  members(segment: number): Uint32Array {
    return this.#native.members(segment);
  }

  voxelsOf(supervoxels: Iterable<number>): number {
    let voxels = 0;
    for (const id of supervoxels) voxels += this.#sizes[id - 1];
    return voxels;
  }

  /** The segments that touch one, most contact first. */
  neighbours(segment: number): SegmentNeighbour[] {
    const found = this.#native.neighbours(segment);
    const strongest = this.#places(found.strongestEdge);
    return Array.from(found.segments, (other, i) => ({
      segment: other,
      affinity: found.affinitySum[i] / found.contactArea[i] / this.#unit,
      area: found.contactArea[i],
      edges: found.edges[i],
      strongest: strongest[i],
    })).sort((a, b) => b.area - a.area || a.segment - b.segment);
  }

  /** Where two segments touch. */
  contacts(a: number, b: number): ContactPlace[] {
    return this.#places(this.#native.contacts(a, b));
  }

  /** Edges of the region graph as places; null for `NO_EDGE`. */
  contactsAt(edges: Uint32Array): (ContactPlace | null)[] {
    const real = this.#places(edges.filter((edge) => edge !== NO_EDGE));
    let row = 0;
    return Array.from(edges, (edge) => (edge === NO_EDGE ? null : real[row++]));
  }

  /** What one unit of a sum of affinities stands for: 1 / this. */
  get affinityUnit(): number {
    return this.#unit;
  }

  /**
   * What a review can know of segments and their contacts, worked out on a thread of its own.
   *
   * @param segments of which; all when null
   * @param leastStake bits, above 0
   * @returns null where a supervoxel was divided meanwhile: ask again
   */
  reviewEvidence(
    segments: Uint32Array | null,
    leastStake: number,
    options?: NativeOptions,
  ): Promise<NativeReviewEvidence | null> {
    return this.#native.reviewEvidence({ segments: segments ?? undefined, leastStake, shape: this.shape }, options);
  }

  /**
   * Segments at each of many thresholds under the decisions in force, worked out on a thread of its own.
   *
   * @throws FascicleError 'bad-request' for an anchor that is no supervoxel
   */
  async thresholdCurve(
    request: Omit<ThresholdCurveRequest, 'minSize'>,
    options?: NativeOptions,
  ): Promise<ThresholdCurve> {
    if (request.anchor !== undefined) this.segmentOf(request.anchor);
    for (;;) {
      const found = await this.#native.thresholdCurve({ ...request, minSize: this.#cut.minSize }, options);
      // A supervoxel that is divided ends the work: it begins again on what is there then.
      if (found !== null) return found;
    }
  }

  /** Contacts of one supervoxel with any other. */
  contactsOf(supervoxel: number): ContactPlace[] {
    return this.#places(this.#native.edgesOf(supervoxel));
  }

  /** The edges of one supervoxel as rows of the region graph. */
  edgeRowsOf(supervoxel: number): Omit<EdgeTable, 'affinityUnit'> {
    return this.#native.edges(this.#native.edgesOf(supervoxel));
  }

  /** Merge steps of a supervoxel, by index from 0. */
  stepsOf(supervoxel: number): SupervoxelSteps {
    return this.#native.stepsOf(supervoxel);
  }

  /** What was decided about one supervoxel. */
  decisionsOf(supervoxel: number): SupervoxelDecisions {
    return this.#native.decisionsOf(supervoxel);
  }

  /** The threshold of its own that was anchored on a supervoxel. */
  thresholdAt(anchor: number): number | null {
    return this.#thresholds.get(anchor) ?? null;
  }

  /** The assignment that another cut would give, under all decisions, into `out` or a new array. */
  previewCut(cut: Cut, out: Uint32Array = new Uint32Array(this.#assignment.length)): Uint32Array {
    this.#native.previewCut(toNativeCut(cut), out);
    return out;
  }

  /**
   * Makes an edit: decisions, rows of the tables, and the cut. Facts and voxels are not its affair.
   *
   * @returns what moved; take `assignment` anew when supervoxels were added
   * @throws FascicleError 'conflict' when decisions contradict each other or a row is not there, 'bad-request' for unknown supervoxels
   *   or a decision taken back that was not taken; nothing has changed then
   */
  apply({ cut, decisions = NO_DECISIONS, tables }: EditChange): AppliedChange {
    const nativeCut = cut && toNativeCut(cut.after);
    const rows = tables && toNativeTables(tables, this.#native, this.shape);
    const { supervoxels, segments } = this.#native.apply({ ...toNativeDecisions(decisions), ...rows });
    for (const { anchor, after } of decisions.thresholds)
      if (after === null) this.#thresholds.delete(anchor);
      else this.#thresholds.set(anchor, after);
    if (rows) this.#resize(rows.sizeIds!, rows.sizes!);
    const before = supervoxels.map((id) => this.#assignment[id]);
    supervoxels.forEach((id, i) => {
      if (this.#assignment[id] === id) this.#segments--;
      if (segments[i] === id) this.#segments++;
      this.#assignment[id] = segments[i];
    });
    if (cut === undefined || nativeCut === undefined) return { kind: 'some', supervoxels, segments, before };
    this.#native.setCut(nativeCut);
    this.#cut = cut.after;
    this.#assignment.set(this.#native.assignment().subarray(0, this.#assignment.length));
    this.#segments = countSegments(this.#assignment);
    return { kind: 'all' };
  }

  /**
   * Does `work` as if changes had been made, and takes them back. What `work` asks at once sees them; `assignment` does not, and ids of
   * supervoxels that it adds stay free. Each change is made when those before it are in force.
   */
  tentatively<Result>(
    changes: readonly (() => Pick<EditChange, 'decisions' | 'tables'>)[],
    work: () => Result,
  ): Result {
    const inverses: Parameters<NativeLiveSegmentation['apply']>[0][] = [];
    try {
      for (const change of changes) {
        const { decisions = NO_DECISIONS, tables } = change();
        const rows = tables && toNativeTables(tables, this.#native, this.shape);
        inverses.push(this.#native.apply({ ...toNativeDecisions(decisions), ...rows }).inverse);
      }
      return work();
    } finally {
      for (const inverse of inverses.reverse()) this.#native.apply(inverse);
    }
  }

  /**
   * What a change of decisions and tables would move; supervoxels that it adds flow from 0. Throws as `apply`.
   *
   * @param look is called while the change is in force; `members` sees it, `assignment` and `sizes` do not
   */
  previewChange(
    { decisions = NO_DECISIONS, tables }: EditChange,
    look: (preview: Preview) => void = () => {},
  ): Preview {
    const rows = tables && toNativeTables(tables, this.#native, this.shape);
    const { inverse, ...delta } = this.#native.apply({ ...toNativeDecisions(decisions), ...rows });
    try {
      const preview = { ...delta, flows: flowsOf(delta, this.#assignment, this.#sizes) };
      look(preview);
      return preview;
    } finally {
      this.#native.apply(inverse);
    }
  }

  /** What decisions would change. Throws as `apply`. */
  preview(decisions: DecisionChange): Preview {
    const delta = this.#native.preview(toNativeDecisions(decisions));
    return { ...delta, flows: flowsOf(delta, this.#assignment, this.#sizes) };
  }

  /**
   * Joins the segments that hold two supervoxels, where they touch.
   *
   * @throws FascicleError 'bad-request' when they are one segment already
   */
  proposeMerge(a: number, b: number): MergeProposal {
    const { change: native, u, v, edge, gapNm, affinitySum, contactArea, edges } = this.#native.proposeMerge(a, b);
    const change = this.#decisions(native);
    return {
      change,
      preview: this.preview(change),
      link: edge === null ? this.#linkWithoutContact(u, v) : this.#places(Uint32Array.of(edge))[0],
      gapNm,
      contacts: {
        affinity: contactArea === 0 ? null : affinitySum / contactArea / this.#unit,
        area: contactArea,
        edges,
      },
    };
  }

  /**
   * Ways to divide a segment between seeds, best first, worked out on a thread of its own; edits may go on meanwhile.
   *
   * @param seeds supervoxels of each of 2 to 9 sides, all of one segment
   * @throws FascicleError 'bad-request' with what to do, when seeds share a supervoxel, cannot be told apart, or lie on several segments
   */
  async proposeSplit(
    seeds: readonly Iterable<number>[],
    { alternatives = SPLIT_ALTERNATIVES, mayStandAlone, ...options }: SplitOptions = {},
  ): Promise<SplitProposal[]> {
    const found = await this.#native.proposeSplit(
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
      cuts: this.#places(cutEdges, cutPairs),
      change: () => this.#decisions(this.#native.splitChange(found.supervoxels, side, found.ways)),
    }));
  }

  /**
   * Makes a segment of its own of some supervoxels of one segment.
   *
   * @throws FascicleError 'bad-request' when they are all of it, or of several
   */
  proposeIsolation(supervoxels: readonly number[]): { readonly change: DecisionChange; readonly preview: Preview } {
    const change = this.#decisions(this.#native.isolateChange(Uint32Array.from(supervoxels)));
    return { change, preview: this.preview(change) };
  }

  /**
   * Gives the object that holds a supervoxel a threshold of its own, in place of any that it has.
   *
   * @param threshold 0..1, null to follow the global one again
   */
  proposeThreshold(
    anchor: number,
    threshold: number | null,
  ): { readonly change: DecisionChange; readonly preview: Preview; readonly object: ObjectChange } {
    const segment = this.segmentOf(anchor);
    const others = [...this.#thresholds.keys()].filter((id) => id !== anchor && this.#assignment[id] === segment);
    const thresholds = [
      ...others.map((id) => ({ anchor: id, before: this.thresholdAt(id), after: null })),
      { anchor, before: this.thresholdAt(anchor), after: threshold },
    ];
    const change = { ...NO_DECISIONS, thresholds };
    const preview = this.preview(change);
    const membersOf = (id: number): Uint32Array => this.members(id);
    return { change, preview, object: objectChangeOf(anchor, preview, this.#assignment, this.#sizes, membersOf) };
  }

  #decisions(native: Parameters<typeof fromNativeDecisions>[0]): DecisionChange {
    return fromNativeDecisions(native, (anchor) => this.thresholdAt(anchor));
  }

  /** Edges as places; `pairs` names the two supervoxels of an edge that is none. */
  #places(edges: Uint32Array, pairs?: Uint32Array): ContactPlace[] {
    const real = edges.filter((edge) => edge !== NO_EDGE);
    const { u, v, affinitySum, contactArea, contactVoxel } = this.#native.edges(real);
    let row = 0;
    return Array.from(edges, (edge, i) => {
      if (edge === NO_EDGE && pairs) return this.#linkWithoutContact(pairs[2 * i], pairs[2 * i + 1]);
      const at = row++;
      return {
        u: u[at],
        v: v[at],
        contact: voxelPosition(contactVoxel[at], this.shape),
        affinity: Number(affinitySum[at]) / contactArea[at] / this.#unit,
        area: contactArea[at],
      };
    });
  }

  #linkWithoutContact(u: number, v: number): ContactPlace {
    return { u, v, contact: null, affinity: null, area: 0 };
  }

  #resize(ids: Uint32Array, sizes: Float64Array): void {
    const count = Math.max(this.#sizes.length, ...ids);
    if (count > this.#sizes.length) {
      this.#sizes = copyInto(new Float64Array(count), this.#sizes);
      this.#assignment = copyInto(new Uint32Array(count + 1), this.#assignment);
    }
    ids.forEach((id, i) => (this.#sizes[id - 1] = sizes[i]));
  }
}

function copyInto<Table extends Float64Array | Uint32Array>(larger: Table, table: Table): Table {
  larger.set(table);
  return larger;
}
