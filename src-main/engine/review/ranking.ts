import { setImmediate as nextTurn } from 'node:timers/promises';

import type { SupervoxelGeometry } from '#contract/supervoxelBytes.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';
import type { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';

import type { Candidate, RankingScale } from './candidate.ts';
import { mergeCandidate } from './mergeCandidates.ts';
import type { RankedSegment } from './mergeCandidates.ts';
import { shapeOf } from './segmentShapes.ts';
import { splitCandidates } from './splitCandidates.ts';

/** Milliseconds of work before other requests get their turn. */
const TURN_MS = 8;

export interface RankingSources {
  readonly live: LiveSegmentation;
  readonly geometry: SupervoxelGeometry;
  /** Of the merge steps. */
  readonly scores: Float64Array;
  readonly voxelSizeNm: VoxelSizeNm | null;
  readonly leastGain: number;
  /** How often a person kept a segment as one. */
  readonly confirmed: (segment: number) => number;
}

/**
 * All questions that are worth asking of a segmentation. They are kept by segment, so that an edit renews those of the segments that it
 * touched and of their contacts, and no others.
 */
export class Ranking {
  readonly #sources: RankingSources;
  readonly #voxels: number;
  readonly #segments = new Map<number, RankedSegment>();
  readonly #merges = new Map<string, Candidate>();
  readonly #pairsOf = new Map<number, Set<string>>();
  readonly #splits = new Map<number, readonly Candidate[]>();
  #sorted: readonly Candidate[] | null = null;

  constructor(sources: RankingSources) {
    this.#sources = sources;
    this.#voxels = sources.geometry.sizes.reduce((sum, voxels) => sum + voxels, 0);
  }

  /** Best first; equal gains in the order of their supervoxels. */
  get candidates(): readonly Candidate[] {
    this.#sorted ??= [...this.#merges.values(), ...[...this.#splits.values()].flat()].sort(
      (a, b) => b.gain - a.gain || a.u - b.u || a.v - b.v,
    );
    return this.#sorted;
  }

  segment(id: number): RankedSegment | undefined {
    return this.#segments.get(id);
  }

  /**
   * Renews what is known of some segments, those that are gone included. Lets others work in between, and takes the segmentation as it is
   * at each moment: whoever changes it meanwhile names what changed in another call.
   */
  async renew(segments: Iterable<number>, signal?: AbortSignal): Promise<void> {
    const { live } = this.#sources;
    const scale = this.#scale();
    const here: number[] = [];
    const pause = turns(signal);
    for (const segment of segments) {
      this.#forget(segment);
      if (live.assignment[segment] !== segment) continue;
      this.#segments.set(segment, this.#look(segment));
      here.push(segment);
      await pause();
    }
    for (const segment of here) {
      if (live.assignment[segment] === segment) this.#ask(segment, scale);
      await pause();
    }
  }

  #scale(): RankingScale {
    const { live, leastGain } = this.#sources;
    return { voxels: this.#voxels, threshold: live.cut.threshold ?? 1, leastGain };
  }

  #look(segment: number): RankedSegment {
    const { live, geometry, voxelSizeNm } = this.#sources;
    const affinity = live.neighbours(segment).reduce((sum, contact) => sum + contact.affinity * contact.area, 0);
    return { segment, affinity, ...shapeOf(live.members(segment), geometry, live.shape, voxelSizeNm) };
  }

  #ask(segment: number, scale: RankingScale): void {
    const { live, scores, confirmed } = this.#sources;
    const one = this.#segments.get(segment)!;
    for (const touching of live.neighbours(segment)) {
      const other = this.#segments.get(touching.segment);
      if (other === undefined) continue;
      const candidate = mergeCandidate(one, other, touching, scale);
      if (candidate !== null) this.#keepMerge(candidate);
    }
    const splits = splitCandidates(live, segment, scores, scale, 0.5 ** confirmed(segment));
    if (splits.length > 0) this.#splits.set(segment, splits);
    this.#sorted = null;
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
    this.#splits.delete(segment);
    this.#segments.delete(segment);
    this.#sorted = null;
  }
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
