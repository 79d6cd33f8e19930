import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Box, VoxelSizeNm } from '#domain/geometry.ts';
import { isSelfTouching } from '#domain/review.ts';
import type { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';
import { contactsAt } from '#engine/proofreading/segmentContacts.ts';
import type { NativeReviewEvidence } from '#native/reviewEvidence.ts';

import type { Candidate, RankingScale } from './candidate.ts';
import { boxAroundJoint, divisionKind, divisionQuestions, touchOf } from './divisionCandidates.ts';
import type { DivisionQuestion } from './divisionCandidates.ts';
import { mergeQuestion } from './mergeCandidates.ts';
import type { MergeQuestion, RankedSegment } from './mergeCandidates.ts';
import { shapeOf } from './segmentShapes.ts';

/** Milliseconds of work before other requests get their turn. */
const TURN_MS = 8;
/** Rows between two looks at the clock. */
const ROWS_PER_LOOK = 256;

export interface RankingSources {
  readonly live: LiveSegmentation;
  readonly voxelSizeNm: VoxelSizeNm | null;
  readonly leastGain: number;
  /** How often a person kept a segment as one. */
  readonly confirmed: (segment: number) => number;
}

export interface RankingOptions {
  readonly signal?: AbortSignal | undefined;
  /** 0..1 */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

type Division = Omit<Candidate, 'kind'> & Pick<DivisionQuestion, 'evidence'> & { readonly whole: number };

/**
 * All questions that are worth asking of a segmentation. They are kept by segment, so that an edit renews those of the segments that it
 * touched and of their contacts, and no others.
 */
export class Ranking {
  readonly #sources: RankingSources;
  readonly #merges = new Map<string, Candidate>();
  readonly #pairsOf = new Map<number, Set<string>>();
  readonly #divisions = new Map<number, readonly Division[]>();
  #scale: RankingScale;
  #sorted: readonly Candidate[] | null = null;

  constructor(sources: RankingSources) {
    this.#sources = sources;
    this.#scale = { threshold: 1, leastGain: sources.leastGain, medianSize: 0, spreadOfSizes: 0 };
  }

  /** Best first; equal gains in the order of their supervoxels. */
  get candidates(): readonly Candidate[] {
    this.#sorted ??= [...this.#merges.values(), ...this.#asDivisions()].sort(
      (a, b) => b.gain - a.gain || a.u - b.u || a.v - b.v,
    );
    return this.#sorted;
  }

  /** What is far too large depends on all segments, so the kinds are said anew after each edit. */
  #asDivisions(): Candidate[] {
    return [...this.#divisions.values()].flat().map(({ evidence, whole, ...question }) => ({
      kind: divisionKind(evidence, whole, this.#scale),
      ...question,
    }));
  }

  /**
   * Renews what is known of some segments, those that are gone included, or of all. The evidence is gathered off the thread, and others
   * get their turn while it is judged; it is that of the segmentation as it was at the call: whoever changes it meanwhile names what
   * changed in another one.
   *
   * @returns false where a supervoxel was divided meanwhile and nothing was renewed
   */
  async renew(segments: Iterable<number> | 'all', { signal, onProgress }: RankingOptions = {}): Promise<boolean> {
    const { live, leastGain } = this.#sources;
    const chosen = segments === 'all' ? null : Uint32Array.from(segments);
    if (chosen?.length === 0) return true;
    const evidence = await live.reviewEvidence(chosen, leastGain, {
      signal,
      onProgress: (done, total) => onProgress?.(done / total),
    });
    if (evidence === null) return false;
    chosen?.forEach((segment) => this.#forget(segment));
    const { medianSize, spreadOfSizes } = evidence;
    this.#scale = { threshold: live.cut.threshold ?? 1, leastGain, medianSize, spreadOfSizes };
    const pause = turns(signal);
    const ranked = rankedSegments(evidence, this.#sources);
    await this.#judgeMerges(evidence, ranked, pause);
    await this.#judgeLinks(evidence, ranked, pause);
    this.#sorted = null;
    return true;
  }

  async #judgeMerges(
    { merges }: NativeReviewEvidence,
    ranked: (segment: number) => RankedSegment,
    pause: () => Promise<void>,
  ): Promise<void> {
    const { affinityUnit } = this.#sources.live;
    const asked: (readonly [question: MergeQuestion, edge: number])[] = [];
    for (let row = 0; row < merges.small.length; row++) {
      if (row % ROWS_PER_LOOK === 0) await pause();
      const area = merges.contactArea[row];
      const contact = { affinity: merges.affinitySum[row] / area / affinityUnit, area, stake: merges.stake[row] };
      const question = mergeQuestion(ranked(merges.small[row]), ranked(merges.large[row]), contact, this.#scale);
      if (question !== null) asked.push([question, merges.edge[row]]);
    }
    await this.#keepInTurns(asked, pause, (question, place, u, v) => this.#keepMerge({ ...question, u, v, place }));
  }

  async #judgeLinks(
    { links }: NativeReviewEvidence,
    ranked: (segment: number) => RankedSegment,
    pause: () => Promise<void>,
  ): Promise<void> {
    const { live, confirmed } = this.#sources;
    const asked: (readonly [question: DivisionQuestion, edge: number])[] = [];
    for (let from = 0, to = 0; from < links.segment.length; from = to) {
      const id = links.segment[from];
      while (to < links.segment.length && links.segment[to] === id) to++;
      await pause();
      const doubt = 0.5 ** confirmed(id);
      for (const question of divisionQuestions(links, [from, to], ranked(id), live.affinityUnit, this.#scale, doubt))
        asked.push([question, links.edge[question.row]]);
    }
    const found = new Map<number, Division[]>();
    await this.#keepInTurns(asked, pause, ({ row, evidence, ...question }, place) => {
      const [segment] = question.segments;
      const touches = place !== null && isSelfTouching(evidence, this.#scale.threshold);
      const box = touches ? boxAroundJoint(place, touchOf(links, row)) : question.box;
      const known = found.get(segment) ?? [];
      found.set(segment, [...known, { ...question, place, box, evidence, whole: ranked(segment).voxels }]);
    });
    for (const [segment, divisions] of found) this.#divisions.set(segment, divisions);
  }

  /** Looks the places of questions up, some at a time. */
  async #keepInTurns<Question>(
    asked: readonly (readonly [question: Question, edge: number])[],
    pause: () => Promise<void>,
    keep: (question: Question, place: Candidate['place'], u: number, v: number) => void,
  ): Promise<void> {
    const { live } = this.#sources;
    for (let from = 0; from < asked.length; from += ROWS_PER_LOOK) {
      await pause();
      const rows = asked.slice(from, from + ROWS_PER_LOOK);
      const contacts = contactsAt(
        live,
        Uint32Array.from(rows, ([, edge]) => edge),
      );
      rows.forEach(([question], i) =>
        keep(question, contacts[i]?.contact ?? null, contacts[i]?.u ?? 0, contacts[i]?.v ?? 0),
      );
    }
  }

  #keepMerge(candidate: Candidate): void {
    const key = candidate.segments.toSorted((a, b) => a - b).join(' ');
    this.#merges.set(key, candidate);
    for (const segment of candidate.segments) {
      const keys = this.#pairsOf.get(segment);
      if (keys === undefined) this.#pairsOf.set(segment, new Set([key]));
      else keys.add(key);
    }
  }

  #forget(segment: number): void {
    for (const key of this.#pairsOf.get(segment) ?? []) {
      const candidate = this.#merges.get(key);
      this.#merges.delete(key);
      for (const other of candidate?.segments ?? []) if (other !== segment) this.#pairsOf.get(other)?.delete(key);
    }
    this.#pairsOf.delete(segment);
    this.#divisions.delete(segment);
  }
}

/** The rows of the segments that the evidence names, by id. */
function rankedSegments(
  { segments }: NativeReviewEvidence,
  { live, voxelSizeNm }: RankingSources,
): (segment: number) => RankedSegment {
  const { ids, voxels, affinitySum, contactArea, boxes } = segments;
  const rows = new Map<number, RankedSegment>();
  const make = (segment: number): RankedSegment => {
    const row = rowOf(ids, segment);
    const at = 6 * row;
    const box: Box = {
      min: [boxes[at], boxes[at + 1], boxes[at + 2]],
      max: [boxes[at + 3], boxes[at + 4], boxes[at + 5]],
    };
    const shape = shapeOf(voxels[row], box, live.shape, voxelSizeNm);
    return { segment, ...shape, affinity: affinitySum[row] / live.affinityUnit, area: contactArea[row] };
  };
  return (segment) => {
    let row = rows.get(segment);
    if (row === undefined) rows.set(segment, (row = make(segment)));
    return row;
  };
}

/** Of a rising table, the row of an id that is in it. */
function rowOf(ids: Uint32Array, id: number): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle] < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Gives way to others once enough time has been spent. */
function turns(signal?: AbortSignal): () => Promise<void> {
  let until = performance.now() + TURN_MS;
  return async () => {
    if (performance.now() < until) return;
    await nextTurn();
    signal?.throwIfAborted();
    until = performance.now() + TURN_MS;
  };
}
