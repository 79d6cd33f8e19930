import { isFascicleError } from '#domain/errors.ts';
import { reviewKey } from '#domain/review.ts';
import type { ReviewAnswer, ReviewKind } from '#domain/review.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import { randomNumbers } from '#engine/bench/randomNumbers.ts';
import { LiveAgreement } from '#engine/metrics/liveAgreement.ts';
import type { AgreementScores } from '#engine/metrics/liveAgreement.ts';
import { majorityTruths } from '#engine/metrics/truthRows.ts';
import type { TruthRows } from '#engine/metrics/truthRows.ts';
import type { Project } from '#engine/project/project.ts';
import { LEAST_GAIN, ReviewQueue } from '#engine/review/reviewQueue.ts';

import { askOracle } from './oracle.ts';

export type ReviewOrder = 'queue' | 'random';

/** One action of the simulated annotator, and where the segmentation stands after it. */
export interface SimulatedAction extends AgreementScores {
  readonly kind: ReviewKind;
  readonly answer: ReviewAnswer;
  /** Bits that the queue expected to gain. */
  readonly expectedGain: number;
}

export interface Simulation {
  readonly order: ReviewOrder;
  readonly seed: number;
  readonly before: AgreementScores;
  /** Every answer counts as one, whether it changes anything or not. */
  readonly actions: readonly SimulatedAction[];
  /** Questions open at the beginning. */
  readonly questions: number;
}

export interface SimulationOptions {
  /** Most actions. */
  readonly budget: number;
  readonly order: ReviewOrder;
  /** Of the random order. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Reviews a project as an annotator would who knows the truth, through the session and the queue that the window uses. The project is
 * changed: hand over a copy to leave it as it is.
 *
 * @param options.order 'queue' takes the best question each time, 'random' any of those that are open
 */
export async function simulateReview(
  project: Project,
  rows: TruthRows,
  { budget, order, seed, signal, onProgress }: SimulationOptions,
): Promise<Simulation> {
  let queue: ReviewQueue | null = null;
  let agreement: LiveAgreement | null = null;
  const session: EditSession = await EditSession.open(project, {
    onEdit: (event) => {
      queue?.take(event);
      agreement?.take(event.change, session.live.assignment);
    },
  });
  try {
    signal?.throwIfAborted();
    const { live } = session;
    queue = new ReviewQueue(project, session, { leastGain: LEAST_GAIN });
    agreement = new LiveAgreement(rows, live.assignment);
    const majority = majorityTruths(rows, live.assignment.length - 1);
    const random = randomNumbers(seed);
    const before = agreement.scores;
    const actions: SimulatedAction[] = [];
    let questions = 0;
    while (actions.length < budget) {
      const { open, revision } = await queue.state({ signal });
      if (actions.length === 0) questions = open.length;
      if (open.length === 0) break;
      const candidate = open[order === 'queue' ? 0 : Math.floor(random() * open.length)];
      const { kind, u, v, gain } = candidate;
      let { answer, edit } = await askOracle(candidate, { live, agreement, majority });
      const options = { milliseconds: 0, expected: revision };
      try {
        await queue.answer(reviewKey(kind, u, v), answer, { ...options, ...(edit && { edit }) }, signal);
      } catch (error) {
        // A split that no cut makes is set aside, as a person would.
        if (!isFascicleError(error, 'bad-request')) throw error;
        [answer, edit] = ['skip', null];
        await queue.answer(reviewKey(kind, u, v), answer, options, signal);
      }
      actions.push({ kind, answer, expectedGain: gain, ...agreement.scores });
      onProgress?.(actions.length, budget);
    }
    return { order, seed, before, actions, questions };
  } finally {
    session.close();
  }
}

/**
 * The fewest actions after which the variation of information is at most `level` bits, and stays so to the end; null where it never is.
 */
export function actionsTo(level: number, { before, actions }: Simulation): number | null {
  const isAbove = ({ viSplit, viMerge }: AgreementScores): boolean => viSplit + viMerge > level;
  for (let done = actions.length; done > 0; done--)
    if (isAbove(actions[done - 1])) return done === actions.length ? null : done + 1;
  return isAbove(before) ? (actions.length > 0 ? 1 : null) : 0;
}
