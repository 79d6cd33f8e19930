import type { Agreement, AgreementValues, ReviewItem } from '#contract/routes/review.ts';
import type { EditChange } from '#domain/editChange.ts';
import type { Zyx } from '#domain/geometry.ts';
import { reviewKey } from '#domain/review.ts';
import type { ReviewKey } from '#domain/review.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import { checkTruth } from '#engine/metrics/groundTruth.ts';
import type { AgreementScores, LiveAgreement } from '#engine/metrics/liveAgreement.ts';
import type { Candidate } from '#engine/review/candidate.ts';
import type { AttachedAgreement } from '#engine/review/lazyReview.ts';

import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';

const MOST_WORST = 8;

/** Questions of a review, their answers, and agreement with ground truth. */
export function createReviewHandlers({ projects, events, jobs }: EngineContext): Handlers['review'] {
  const tell = (project: string) => events.publish({ type: 'review', project });
  return {
    async queue({ params, query, signal }) {
      const { review, editing } = projects.get(params.project);
      const queue = await review.queue();
      const onProgress = (fraction: number) => events.publish({ type: 'ranking', project: params.project, fraction });
      const { revision, open, answered } = await queue.state({ signal, onProgress });
      const counts = { yes: 0, no: 0, skip: 0, flag: 0 };
      for (const { answer } of answered.values()) counts[answer]++;
      return {
        revision,
        open: open.length,
        expectedVi: -open.reduce((sum, { gain }) => sum + gain, 0),
        answered: counts,
        answeredVi: -[...answered.values()].reduce((sum, { expectedGain }) => sum + expectedGain, 0),
        items: open.slice(0, query.limit).map((candidate) => itemOf(candidate, editing.current!)),
      };
    },
    async answer({ params, body, signal }) {
      const { review, editing } = projects.get(params.project);
      const { key, answer, ...options } = body;
      const event = await (await review.queue()).answer(key as ReviewKey, answer, options, signal);
      tell(params.project);
      const summary = event?.entry.type === 'edit' ? event.entry.summary : null;
      return { revision: editing.current!.revision, summary };
    },
    async agreement({ params, signal }) {
      const { review, editing } = projects.get(params.project);
      const attached = await review.agreement(signal);
      return attached && describe(attached, editing.current!);
    },
    async attach({ params, body }) {
      // Refused here, a person sees it where the choice was made, not in a job that failed.
      await checkTruth(projects.get(params.project).project, body);
      return jobs.startTruth(params.project, body);
    },
    async detach({ params }) {
      await projects.get(params.project).review.detach();
      tell(params.project);
    },
    async agreementAfter({ params, body, signal }) {
      const { review, editing } = projects.get(params.project);
      const attached = await review.agreement(signal);
      if (attached === null) return null;
      const session = editing.current!;
      const { change } = await session.prepare(body, signal);
      const before = attached.live.scores;
      return { revision: session.revision, change: difference(before, scoresAfter(attached.live, change, session)) };
    },
  };
}

function itemOf(candidate: Candidate, session: EditSession): ReviewItem {
  const { kind, u, v, segments, voxels, score, chance, gain, place, box } = candidate;
  return {
    ...{ key: reviewKey(kind, u, v), kind, segments: [...segments], supervoxels: [u, v], voxels, score, chance },
    place: place ?? session.placeOf(u),
    box,
    expectedVi: -gain,
  };
}

function describe({ truth, live }: AttachedAgreement, session: EditSession): Agreement {
  const worst = live.worst(MOST_WORST).map((error) => ({ ...error, place: placeIn(error.segment, session) }));
  const { offset } = truth;
  return {
    revision: session.revision,
    truth: { ...truth, offset: offset && [...offset] },
    scores: live.scores,
    worst,
  };
}

/** The middle of the largest supervoxel of a segment. */
function placeIn(segment: number, session: EditSession): Zyx {
  const { live } = session;
  const largest = live.members(segment).reduce((most, id) => (live.sizes[id - 1] > live.sizes[most - 1] ? id : most));
  return session.placeOf(largest);
}

function scoresAfter(agreement: LiveAgreement, { cut, decisions }: EditChange, session: EditSession): AgreementScores {
  if (cut) return agreement.scoresOf(session.previewCut(cut.after));
  return decisions ? agreement.scoresAfter(session.live.preview(decisions)) : agreement.scores;
}

function difference(before: AgreementScores, after: AgreementScores): AgreementValues {
  return {
    viSplit: after.viSplit - before.viSplit,
    viMerge: after.viMerge - before.viMerge,
    adaptedRandError: after.adaptedRandError - before.adaptedRandError,
  };
}
