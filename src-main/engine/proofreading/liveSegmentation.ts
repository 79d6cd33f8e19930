/**
 * The state of proofreading in memory: which segment holds which supervoxel now, and what changes would move. Pure of files and of the
 * log: it is made from tables and takes changes that others have recorded. What touches what is read in segmentContacts.ts, changes are
 * proposed in proposeDecisions.ts.
 */
import type { Cut, DecisionChange, EditChange } from '#domain/editChange.ts';
import { NO_DECISIONS } from '#domain/editChange.ts';
import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { EdgeTable, MergeSteps, SupervoxelTable } from '#domain/tables.ts';
import { countSegments } from '#engine/project/countSegments.ts';
import type { NativeOptions } from '#native/addon.ts';
import { NativeLiveSegmentation } from '#native/liveSegmentation.ts';
import type {
  AssignmentDelta,
  SupervoxelDecisions,
  SupervoxelSteps,
  ThresholdCurve,
  ThresholdCurveRequest,
} from '#native/liveSegmentation.ts';
import type { NativeReviewEvidence } from '#native/reviewEvidence.ts';

import { toNativeCut, toNativeDecisions, toNativeTables } from './nativeChange.ts';
import { flowsOf } from './segmentChange.ts';
import type { SegmentFlow } from './segmentChange.ts';

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

/** What the state is asked beyond the methods below; nothing here changes it. */
export type SegmentationQueries = Omit<NativeLiveSegmentation, 'apply' | 'setCut' | 'close'>;

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

  get queries(): SegmentationQueries {
    return this.#native;
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

  /** Supervoxels of a segment on which a threshold of its own is anchored. */
  anchorsOf(segment: number): number[] {
    return [...this.#thresholds.keys()].filter((anchor) => this.#assignment[anchor] === segment);
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
