import { toXyz } from '#domain/geometry.ts';
import type { GroundTruth } from '#engine/metrics/groundTruth.ts';

import { TRUTH_TITLE } from './jobFacts.ts';
import type { JobLifeOptions, LiveJob } from './jobLife.ts';
import { createStagedJob } from './stagedJob.ts';

const STAGES = { objects: 'Parts of objects', comparing: 'Comparing' } as const;

/**
 * A job that compares an open project with ground truth and keeps the counts.
 *
 * @param onAttached is called once the counts are kept
 */
export function createTruthJob(options: JobLifeOptions, onAttached: () => void): LiveJob {
  const truth = options.record.request as GroundTruth;
  const { review } = options.open;
  return createStagedJob(options, {
    title: TRUTH_TITLE,
    detail: truth.source,
    stages: truth.components ? [STAGES.objects, STAGES.comparing] : [STAGES.comparing],
    stopped: 'the project is as it was',
    resume: 'it begins anew',
    async run({ signal, onProgress }) {
      const { live } = await review.attach(truth, {
        signal,
        onProgress: (done, total) => onProgress({ stage: STAGES.comparing, done, total, unit: 'sections' }),
        onObjects: (done, total) => onProgress({ stage: STAGES.objects, done, total, unit: 'voxels' }),
      });
      onAttached();
      return { voxels: live.voxels, scores: live.scores };
    },
    report: ({ voxels, scores }) => ({
      words: `${voxels} voxels with truth, VI ${(scores.viSplit + scores.viMerge).toFixed(3)} bits`,
      facts: [
        { name: 'Ground truth', value: truth.source },
        { name: 'Voxels with truth', value: String(voxels) },
        ...(truth.offset === null ? [] : [{ name: 'Begins at x, y, z', value: toXyz(truth.offset).join(', ') }]),
      ],
    }),
  });
}
