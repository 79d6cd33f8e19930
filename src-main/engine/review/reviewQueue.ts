import type { EditRequest } from '#contract/routes/edits.ts';
import { FascicleError } from '#domain/errors.ts';
import { pairOf } from '#domain/editState.ts';
import { isDivision, reviewKey } from '#domain/review.ts';
import type { ReviewAnswer, ReviewKey } from '#domain/review.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import type { EditEvent } from '#engine/editing/editWriter.ts';
import type { Project } from '#engine/project/project.ts';
import { createQueue } from '#engine/user/queue.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { questionKey } from './candidate.ts';
import type { Candidate } from './candidate.ts';
import { changesBetween } from './editsBehind.ts';
import { editOf } from './questions.ts';
import { Ranking } from './ranking.ts';
import type { RankingOptions } from './ranking.ts';
import { answersInForce, readAnswers, writeAnswer } from './reviewAnswers.ts';
import type { AnswerRecord } from './reviewAnswers.ts';

/** Bits of variation of information below which nothing is asked unless told: less than what is shown of it. */
export const LEAST_GAIN = 1e-4;

export interface QueueState {
  readonly revision: number;
  /** Best first. */
  readonly open: readonly Candidate[];
  /** Answers in force. */
  readonly answered: ReadonlyMap<string, AnswerRecord>;
}

export interface AnswerOptions {
  /** From the question on the screen to the answer. */
  readonly milliseconds: number;
  /** The revision that the question was read at. */
  readonly expected: number;
  /** What a person did about it by hand; the edit of the question when absent. */
  readonly edit?: EditRequest;
  readonly now?: Date;
}

/**
 * The questions of a project, best first, kept up to date with its edits. It ranks when it is asked, around what was touched since; what
 * a person has answered is not asked again unless the answer is taken back.
 */
export class ReviewQueue {
  readonly #project: Project;
  readonly #session: EditSession;
  readonly #leastGain: number;
  readonly #inTurn = createQueue();
  readonly #answers: AnswerRecord[];
  #ranking: Ranking | null = null;
  #touched = new Set<number>();
  #confirmed = new Map<number, number>();
  /** Rises when everything is to be ranked anew. */
  #generation = 0;
  /** As the ranking last knew it. */
  #segments: Uint32Array;
  #head: number;

  constructor(project: Project, session: EditSession, options: { readonly leastGain?: number } = {}) {
    this.#project = project;
    this.#session = session;
    this.#leastGain = options.leastGain ?? LEAST_GAIN;
    this.#answers = readAnswers(project.database);
    this.#segments = session.live.assignment.slice();
    this.#head = session.log.tree.head;
  }

  /** Notes what an edit touched. */
  take({ change }: EditEvent): void {
    const { live, log } = this.#session;
    const changes = changesBetween(this.#session, this.#head);
    this.#head = log.tree.head;
    if (change.kind === 'all' || changes.some(({ tables }) => tables !== undefined)) {
      this.#ranking = null;
      this.#generation++;
      return;
    }
    const touch = (supervoxel: number): void => {
      this.#touched.add(this.#segments[supervoxel]).add(live.assignment[supervoxel]);
    };
    for (const { decisions } of changes)
      for (const pair of [...(decisions?.addMust ?? []), ...(decisions?.addCannot ?? [])]) pair.forEach(touch);
    change.supervoxels.forEach((supervoxel, i) => {
      touch(supervoxel);
      this.#segments[supervoxel] = change.segments[i];
    });
  }

  /** The questions as they are now. The first call, and the first after a new threshold, looks at every segment and says how far it is. */
  async state(options: RankingOptions = {}): Promise<QueueState> {
    const ranking = await this.#inTurn(() => this.#ranked(options));
    const { live, state, revision, log } = this.#session;
    const answered = answersInForce(this.#answers, new Set(log.tree.lineOf(log.tree.head)));
    const segmentsOf = (u: number, v: number): string => {
      const [a, b] = [live.assignment[u], live.assignment[v]];
      return a < b ? `${a} ${b}` : `${b} ${a}`;
    };
    const apart = new Set([...state.cannot.keys()].map((key) => segmentsOf(...pairOf(key))));
    const isOpen = ({ kind, u, v, seeds }: Candidate): boolean =>
      !answered.has(questionKey(kind, u, v)) && (seeds !== null || !apart.has(segmentsOf(u, v)));
    return { revision, open: ranking.candidates.filter(isOpen), answered };
  }

  /**
   * Writes down an answer, with the edit that it makes in the same transaction.
   *
   * @throws FascicleError 'conflict' for another revision or a question that is no longer asked, 'bad-request' where the edit cannot be
   *   made, 'storage': nothing has changed then
   */
  async answer(
    key: ReviewKey,
    answer: ReviewAnswer,
    { milliseconds, expected, edit, now = new Date() }: AnswerOptions,
    signal?: AbortSignal,
  ): Promise<EditEvent | null> {
    const { revision, open } = await this.state({ signal });
    const candidate = open.find(({ kind, u, v }) => reviewKey(kind, u, v) === key);
    if (candidate === undefined || revision !== expected)
      throw new FascicleError(
        'conflict',
        'The segmentation has changed since this was asked. Look at the queue again.',
      );
    const record = (edit: number | null): AnswerRecord => ({
      ...{ kind: candidate.kind, u: candidate.u, v: candidate.v, answer, revision: expected, edit },
      ...{ expectedGain: candidate.gain, milliseconds, answeredAt: now.toISOString() },
    });
    const { database } = this.#project;
    if (answer === 'skip' || answer === 'flag') {
      writeAnswer(database, record(null));
      this.#answers.push(record(null));
      return null;
    }
    const request = edit ?? editOf(candidate, answer, (supervoxel) => this.#session.placeOf(supervoxel));
    const event = await this.#session.commit(request, expected, signal, {
      also: (edit) => writeAnswer(database, record(edit)),
    });
    this.#answers.push(record(event.entry.revision));
    if (candidate.seeds !== null && answer === 'no') this.#touched.add(candidate.segments[0]);
    return event;
  }

  async #ranked(options: RankingOptions): Promise<Ranking> {
    this.#confirmed = this.#timesConfirmed();
    while (this.#ranking === null || this.#touched.size > 0) {
      const generation = this.#generation;
      const isNew = this.#ranking === null;
      const ranking = this.#ranking ?? (await this.#newRanking());
      const touched = this.#touched;
      this.#touched = new Set();
      let isRenewed = false;
      try {
        isRenewed = isNew
          ? await ranking.renew('all', options)
          : await ranking.renew(touched, { signal: options.signal });
      } finally {
        if (!isRenewed) for (const segment of touched) this.#touched.add(segment);
      }
      // A new threshold meanwhile makes all of it out of date.
      if (isRenewed && generation === this.#generation) this.#ranking = ranking;
    }
    return this.#ranking;
  }

  async #newRanking(): Promise<Ranking> {
    const { paths } = this.#project;
    const { live } = this.#session;
    const volume = await openVolume(paths.supervoxels, { role: 'labels' });
    await volume.close();
    this.#segments = live.assignment.slice();
    this.#touched = new Set();
    return new Ranking({
      live,
      voxelSizeNm: volume.info.voxelSizeNm,
      leastGain: this.#leastGain,
      confirmed: (segment) => this.#confirmed.get(segment) ?? 0,
    });
  }

  /** How often each segment was kept as one. */
  #timesConfirmed(): Map<number, number> {
    const { log, live } = this.#session;
    const line = new Set(log.tree.lineOf(log.tree.head));
    const times = new Map<number, number>();
    for (const { kind, answer, edit, u } of this.#answers) {
      if (!isDivision(kind) || answer !== 'no' || edit === null || !line.has(edit)) continue;
      const segment = live.assignment[u];
      times.set(segment, (times.get(segment) ?? 0) + 1);
    }
    return times;
  }
}
