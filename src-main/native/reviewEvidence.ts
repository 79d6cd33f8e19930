/** What speaks for and against segments, as the addon finds it: columns, one row for each segment, contact or link. */
import { runNative, type NativeOptions } from './addon.ts';

export interface NativeReviewEvidence {
  /** Of all segments. */
  readonly voxels: number;
  /** Of log2 of the voxels of all segments: the median, and the median of the distances from it. */
  readonly medianSize: number;
  readonly spreadOfSizes: number;
  /** Those that `merges` and `links` name, by rising id. */
  readonly segments: ReviewSegments;
  readonly merges: MergeEvidence;
  readonly links: LinkEvidence;
}

export interface ReviewSegments {
  readonly ids: Uint32Array;
  readonly voxels: Float64Array;
  /** Over its contacts with all segments from which it was not decided to be apart: affinity in units of 1 / `affinityUnit`. */
  readonly affinitySum: Float64Array;
  readonly contactArea: Float64Array;
  /** Six each: min z, y, x, max z, y, x, half-open. */
  readonly boxes: Int32Array;
}

/** Pairs of segments that touch and were not decided to be apart. */
export interface MergeEvidence {
  /** Of fewer voxels; of lower id where both have as many. */
  readonly small: Uint32Array;
  readonly large: Uint32Array;
  readonly affinitySum: Float64Array;
  readonly contactArea: Float64Array;
  /** The edge with the strongest contact. */
  readonly edge: Uint32Array;
  /** Bits of variation of information. */
  readonly stake: Float64Array;
}

/** Links of the trees that merges make of segments: each parts its segment in two. Links that a user decided are none. */
export interface LinkEvidence {
  readonly segment: Uint32Array;
  /** The supervoxels at the link, on the side below it and on the other. */
  readonly inside: Uint32Array;
  readonly outside: Uint32Array;
  /** Between the two; `NO_EDGE` without one. */
  readonly edge: Uint32Array;
  readonly largestInside: Uint32Array;
  readonly largestOutside: Uint32Array;
  /** Of the merge step. */
  readonly score: Float64Array;
  /** Below. */
  readonly voxels: Float64Array;
  /** All contacts between the two sides, the link's among them. */
  readonly affinitySum: Float64Array;
  readonly contactArea: Float64Array;
  /** Contacts between the sides that end at neither supervoxel of the link, and their middle (z, y, x each). */
  readonly awayAffinitySum: Float64Array;
  readonly awayArea: Float64Array;
  readonly awayPlaces: Float64Array;
  readonly stake: Float64Array;
}

/** What the addon has found and still holds: numbers of rows, and the handle to read them by. */
export interface FoundReviewEvidence extends Pick<NativeReviewEvidence, 'voxels' | 'medianSize' | 'spreadOfSizes'> {
  readonly evidence: unknown;
  readonly segments: number;
  readonly merges: number;
  readonly links: number;
}

/** Reads what was found, once. The rows are written on a thread of their own: a million supervoxels have some hundred thousand. */
export async function readReviewEvidence(
  { evidence, segments, merges, links, ...scale }: FoundReviewEvidence,
  options?: NativeOptions,
): Promise<NativeReviewEvidence> {
  const tables = { segments: segmentColumns(segments), merges: mergeColumns(merges), links: linkColumns(links) };
  const columns = Object.entries(tables).flatMap(([table, arrays]) =>
    Object.entries(arrays).map(([name, array]) => [`${table}.${name}`, array] as const),
  );
  await runNative('readReviewEvidence', { evidence, ...Object.fromEntries(columns) }, options);
  return { ...scale, ...tables };
}

const segmentColumns = (rows: number): ReviewSegments => ({
  ids: new Uint32Array(rows),
  voxels: new Float64Array(rows),
  affinitySum: new Float64Array(rows),
  contactArea: new Float64Array(rows),
  boxes: new Int32Array(6 * rows),
});

const mergeColumns = (rows: number): MergeEvidence => ({
  small: new Uint32Array(rows),
  large: new Uint32Array(rows),
  affinitySum: new Float64Array(rows),
  contactArea: new Float64Array(rows),
  edge: new Uint32Array(rows),
  stake: new Float64Array(rows),
});

const linkColumns = (rows: number): LinkEvidence => ({
  segment: new Uint32Array(rows),
  inside: new Uint32Array(rows),
  outside: new Uint32Array(rows),
  edge: new Uint32Array(rows),
  largestInside: new Uint32Array(rows),
  largestOutside: new Uint32Array(rows),
  score: new Float64Array(rows),
  voxels: new Float64Array(rows),
  affinitySum: new Float64Array(rows),
  contactArea: new Float64Array(rows),
  awayAffinitySum: new Float64Array(rows),
  awayArea: new Float64Array(rows),
  awayPlaces: new Float64Array(3 * rows),
  stake: new Float64Array(rows),
});
