import { resolve } from 'node:path';

import type { Command } from 'commander';

import { toXyz } from '#domain/geometry.ts';
import { FascicleError } from '#domain/errors.ts';
import { attachedTruth, attachTruth, detachTruth, isTruthBehind, readTruthRows } from '#engine/metrics/groundTruth.ts';
import type { GroundTruth } from '#engine/metrics/groundTruth.ts';
import { LiveAgreement } from '#engine/metrics/liveAgreement.ts';
import type { AgreementScores, SegmentError } from '#engine/metrics/liveAgreement.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import type { Project } from '#engine/project/project.ts';
import { formatVolumeSpec, parseVolumeSpec } from '#volumes/volumeSpec.ts';

import type { CommandContext } from '../main.ts';
import { openNamedProject } from '../openNamedProject.ts';
import { printResult, table } from '../output.ts';
import { offset, wholeNumber } from '../parse.ts';
import { showProgress } from '../progress.ts';

interface TruthCommandOptions {
  readonly components?: boolean;
  readonly minSize: number;
  readonly offset?: GroundTruth['offset'];
  readonly worst: number;
  readonly detach?: boolean;
  readonly json?: boolean;
}

interface TruthReport {
  readonly truth: GroundTruth | null;
  readonly scores: AgreementScores | null;
  readonly worst: readonly SegmentError[];
}

export function registerTruth(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('truth')
    .description(
      'Attach ground truth to a project, so that its agreement follows every edit; without labels, say how far they agree.',
    )
    .argument('<project>', 'project folder')
    .argument('[labels]', 'ground truth: a volume of labels, file.h5:/dataset')
    .option('--components', 'take every connected part of an id for an object of its own, as on a crop')
    .option('--min-size <voxels>', 'ignore ids with fewer voxels', wholeNumber(0), 0)
    .option('--offset <z,y,x>', 'where its first voxel lies in the project, for labels of another shape', offset)
    .option('--worst <n>', 'segments to list that disagree most', wholeNumber(0), 8)
    .option('--detach', 'forget the ground truth')
    .option('--json', 'print JSON')
    .action(async (directory: string, labels: string | undefined, options: TruthCommandOptions) => {
      const { components = false, minSize, offset = null, detach = false, worst } = options;
      if (detach && labels !== undefined)
        throw new FascicleError('bad-request', 'Either name labels to attach, or --detach those that are attached.');
      const project = await openNamedProject(directory, { readOnly: labels === undefined && !detach });
      const progress = showProgress(terminal);
      try {
        if (detach) detachTruth(project);
        if (labels !== undefined) {
          const { path, dataset } = parseVolumeSpec(labels);
          // The window reads it again after edits of voxels, from another folder.
          const source = formatVolumeSpec({ path: resolve(path), dataset });
          await attachTruth(
            project,
            { source, components, minSize, offset },
            {
              signal,
              onObjects: (done, total) => progress.update({ stage: 'Parts of objects', done, total, unit: 'voxels' }),
              onProgress: (done, total) => progress.update({ stage: 'Comparing', done, total, unit: 'sections' }),
            },
          );
        }
        const report = await reportOf(project, worst, signal);
        progress.end();
        printResult(terminal, options.json ?? false, report, () => describe(report));
        if (isTruthBehind(project))
          terminal.err(
            'Voxels were edited since the ground truth was counted. Attach it again for figures of the voxels as they are.',
          );
      } finally {
        progress.end();
        project.close();
      }
    });
}

async function reportOf(project: Project, worst: number, signal: AbortSignal): Promise<TruthReport> {
  const truth = attachedTruth(project);
  if (truth === null) return { truth, scores: null, worst: [] };
  const live = new LiveAgreement(readTruthRows(project), await currentAssignment(project, signal));
  return { truth, scores: live.scores, worst: live.worst(worst) };
}

function describe({ truth, scores, worst }: TruthReport): string[] {
  if (truth === null || scores === null) return ['No ground truth is attached.'];
  const { source, components, minSize, offset } = truth;
  const how = [
    components ? 'every connected part an object' : '',
    minSize > 0 ? `from ${minSize} voxels` : '',
    offset === null ? '' : `from x, y, z = ${toXyz(offset).join(', ')}`,
  ].filter(Boolean);
  return [
    `ground truth ${[source, ...how].join(', ')}`,
    ...table([
      ['VI split', `${scores.viSplit.toFixed(4)} bits`],
      ['VI merge', `${scores.viMerge.toFixed(4)} bits`],
      ['adapted Rand error', scores.adaptedRandError.toFixed(4)],
    ]),
    ...(worst.length === 0 ? [] : ['']),
    ...table([
      ...(worst.length === 0 ? [] : [['segment', 'VI split', 'VI merge']]),
      ...worst.map(({ segment, viSplit, viMerge }) => [String(segment), viSplit.toFixed(4), viMerge.toFixed(4)]),
    ]),
  ];
}
