import type { AssignmentChange } from '#engine/proofreading/liveSegmentation.ts';
import type { AssignmentDelta } from '#native/liveSegmentation.ts';

import { rowStarts } from './truthRows.ts';
import type { TruthRows } from './truthRows.ts';

/** Lower is better for all. Voxels without truth are ignored; voxels without a segment count as one segment, 0. */
export interface AgreementScores {
  /** H(segment | truth), bits: what is apart that belongs together. */
  readonly viSplit: number;
  /** H(truth | segment), bits: what is together that belongs apart. */
  readonly viMerge: number;
  /** Adapted Rand error, 0..1, over pairs of different voxels. */
  readonly adaptedRandError: number;
}

/** A segment and its part of the variation of information of the whole volume. */
export interface SegmentError {
  readonly segment: number;
  /** Bits. */
  readonly viSplit: number;
  readonly viMerge: number;
}

const xlog2x = (x: number): number => (x > 0 ? x * Math.log2(x) : 0);
const square = (x: number): number => x * x;

/**
 * Agreement of a segmentation with ground truth that is kept up to date: moving a supervoxel costs as much as it has rows, whatever the
 * size of the volume. With n_st the voxels of segment s and truth t, b_s and a_t their sums and N that of all:
 * VI split = (sum a log a - sum n log n) / N, VI merge = (sum b log b - sum n log n) / N (Meila 2007), and the adapted Rand error is
 * 1 - 2 (sum n^2 - N) / (sum a^2 + sum b^2 - 2 N) (Rand 1971; SNEMI3D). All three are sums over cells, of which an edit changes few.
 */
export class LiveAgreement {
  readonly #rows: TruthRows;
  readonly #truthVoxels: Float64Array;
  /** Voxels with truth. */
  readonly voxels: number;
  readonly #truthLogs: number;
  readonly #truthSquares: number;
  #starts: Uint32Array = new Uint32Array();
  #assignment: Uint32Array = new Uint32Array();
  #cells = new Map<number, Map<number, number>>();
  #segmentVoxels = new Map<number, number>();
  #cellLogs = 0;
  #cellSquares = 0;
  #segmentLogs = 0;
  #segmentSquares = 0;

  /**
   * @param rows not copied
   * @param assignment segment of every supervoxel; copied
   */
  constructor(rows: TruthRows, assignment: Uint32Array) {
    this.#rows = rows;
    this.#truthVoxels = new Float64Array(rows.truths.reduce((most, truth) => Math.max(most, truth), 0) + 1);
    rows.truths.forEach((truth, row) => (this.#truthVoxels[truth] += rows.voxels[row]));
    this.voxels = rows.voxels.reduce((sum, voxels) => sum + voxels, 0);
    this.#truthLogs = this.#truthVoxels.reduce((sum, voxels) => sum + xlog2x(voxels), 0);
    this.#truthSquares = this.#truthVoxels.reduce((sum, voxels) => sum + square(voxels), 0);
    this.reset(assignment);
  }

  /** What is counted; not to be changed. */
  get rows(): TruthRows {
    return this.#rows;
  }

  get scores(): AgreementScores {
    const n = this.voxels;
    if (n === 0) return { viSplit: 0, viMerge: 0, adaptedRandError: 0 };
    const pairs = this.#truthSquares + this.#segmentSquares - 2 * n;
    return {
      // Sums that cancel leave a rounding error, which must not show as a negative entropy.
      viSplit: Math.max(0, (this.#truthLogs - this.#cellLogs) / n),
      viMerge: Math.max(0, (this.#segmentLogs - this.#cellLogs) / n),
      adaptedRandError: pairs > 0 ? 1 - (2 * (this.#cellSquares - n)) / pairs : 0,
    };
  }

  /** Takes an edit. @param assignment as it is after it; read where everything may have moved */
  take(change: AssignmentChange, assignment: Uint32Array): void {
    if (change.kind === 'all' || change.supervoxels.some((id) => id >= this.#assignment.length)) this.reset(assignment);
    else this.#move(change);
  }

  /** The scores as they would be after a change. */
  scoresAfter(delta: AssignmentDelta): AgreementScores {
    const known = delta.supervoxels.map((_, i) => i).filter((i) => delta.supervoxels[i] < this.#assignment.length);
    const supervoxels = known.map((i) => delta.supervoxels[i]);
    const back = { supervoxels, segments: supervoxels.map((id) => this.#assignment[id]) };
    const sums = [this.#cellLogs, this.#cellSquares, this.#segmentLogs, this.#segmentSquares] as const;
    this.#move({ supervoxels, segments: known.map((i) => delta.segments[i]) });
    const { scores } = this;
    this.#move(back);
    [this.#cellLogs, this.#cellSquares, this.#segmentLogs, this.#segmentSquares] = sums;
    return scores;
  }

  /** The scores of another assignment of the same supervoxels; counts all of it. */
  scoresOf(assignment: Uint32Array): AgreementScores {
    return new LiveAgreement(this.#rows, assignment).scores;
  }

  /** Counts anew. */
  reset(assignment: Uint32Array): void {
    const { supervoxels, truths, voxels } = this.#rows;
    this.#assignment = assignment.slice();
    this.#starts = rowStarts(this.#rows, Math.max(assignment.length - 1, supervoxels.at(-1) ?? 0));
    this.#cells = new Map();
    this.#segmentVoxels = new Map();
    this.#cellLogs = this.#cellSquares = this.#segmentLogs = this.#segmentSquares = 0;
    supervoxels.forEach((id, row) => this.#count(assignment[id] ?? 0, truths[row], voxels[row]));
  }

  /** The segments that disagree most, and what each adds. A piece of a divided object counts for the segment that holds it. */
  worst(limit: number): SegmentError[] {
    const n = this.voxels;
    const errors: SegmentError[] = [];
    for (const [segment, cells] of this.#cells) {
      if (segment === 0) continue;
      const total = this.#segmentVoxels.get(segment)!;
      let split = 0;
      let merge = 0;
      for (const [truth, voxels] of cells) {
        split += voxels * Math.log2(this.#truthVoxels[truth] / voxels);
        merge += voxels * Math.log2(total / voxels);
      }
      if (split + merge > 0) errors.push({ segment, viSplit: split / n, viMerge: merge / n });
    }
    const sum = ({ viSplit, viMerge }: SegmentError): number => viSplit + viMerge;
    return errors.sort((a, b) => sum(b) - sum(a) || a.segment - b.segment).slice(0, limit);
  }

  /** Objects of the truth in a segment, by voxels, most first. */
  truthsOf(segment: number): { readonly truth: number; readonly voxels: number }[] {
    return [...(this.#cells.get(segment) ?? [])]
      .map(([truth, voxels]) => ({ truth, voxels }))
      .sort((a, b) => b.voxels - a.voxels || a.truth - b.truth);
  }

  #move({ supervoxels, segments }: { readonly supervoxels: ArrayLike<number>; readonly segments: ArrayLike<number> }) {
    const { truths, voxels } = this.#rows;
    for (let i = 0; i < supervoxels.length; i++) {
      const id = supervoxels[i];
      const from = this.#assignment[id];
      for (let row = this.#starts[id]; row < this.#starts[id + 1]; row++) {
        this.#count(from, truths[row], -voxels[row]);
        this.#count(segments[i], truths[row], voxels[row]);
      }
      this.#assignment[id] = segments[i];
    }
  }

  #count(segment: number, truth: number, voxels: number): void {
    let cells = this.#cells.get(segment);
    if (cells === undefined) this.#cells.set(segment, (cells = new Map<number, number>()));
    const cell = cells.get(truth) ?? 0;
    this.#cellLogs += xlog2x(cell + voxels) - xlog2x(cell);
    this.#cellSquares += square(cell + voxels) - square(cell);
    if (cell + voxels === 0) cells.delete(truth);
    else cells.set(truth, cell + voxels);
    const total = this.#segmentVoxels.get(segment) ?? 0;
    this.#segmentLogs += xlog2x(total + voxels) - xlog2x(total);
    this.#segmentSquares += square(total + voxels) - square(total);
    this.#segmentVoxels.set(segment, total + voxels);
    if (cells.size > 0) return;
    this.#cells.delete(segment);
    this.#segmentVoxels.delete(segment);
  }
}
