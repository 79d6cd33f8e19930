import type { Box, VoxelSizeNm } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { requireLabels } from '#volumes/labelVoxels.ts';

import { computeSegmentation } from './computeSegmentation.ts';
import { runProjectJob } from './projectJob.ts';
import type { ProjectReport } from './projectJob.ts';
import type { ProgressListener } from './progress.ts';
import { readTables } from './segmentJob.ts';
import type { PipelineSettings } from './settings.ts';
import { describeSource, essenceOf, requireSameShape, workFolder } from './sourceVolume.ts';

/** What both ways of making a project without a network take. */
export interface FromVolumesOptions {
  /** Instead of what the file states; null to take that. */
  readonly voxelSizeNm: VoxelSizeNm | null;
  readonly block: number;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * Affinities from elsewhere to a project: watershed, region graph, agglomeration.
 *
 * @param sources.affinities three channels, uint8 or float32
 * @param sources.raw the image, for display only; null for none
 * @throws as `segmentVolume`
 */
export async function segmentFromAffinities(
  project: Project,
  sources: { affinities: string; raw: string | null; region: Box | null },
  settings: PipelineSettings,
  options: FromVolumesOptions,
): Promise<ProjectReport> {
  const { voxelSizeNm } = options;
  const { region } = sources;
  const affinities = await describeSource('affinities', sources.affinities, { region, voxelSizeNm });
  const raw = sources.raw === null ? [] : [await describeSource('raw', sources.raw, { region, voxelSizeNm })];
  requireSameShape(affinities, raw);
  const { watershed, score, threshold, minSize } = settings;
  const parameters = { sources: [affinities, ...raw].map(essenceOf), watershed, score, threshold, minSize };
  const work = workFolder(project, parameters);
  return runProjectJob(project, {
    kind: 'segment',
    parameters,
    sources: [affinities, ...raw],
    settings,
    run: async () => {
      await computeSegmentation(
        {
          type: 'segment',
          affinities: affinities.source,
          foreground: null,
          region: affinities.region,
          settings: { watershed, score },
          ...outputOf(project, work, affinities, options),
        },
        options,
      );
      return { tables: await readTables(work), report: {} };
    },
  });
}

/**
 * A label volume from elsewhere to a project. Its ids become supervoxels and are given back on export. At first nothing is merged.
 *
 * @param sources.affinities of the same voxels, or null: then contacts have no affinity and merging is up to the user
 * @param threshold the first cut; null keeps every label a segment
 * @throws as `segmentVolume`
 */
export async function projectFromLabels(
  project: Project,
  sources: { labels: string; affinities: string | null; raw: string | null },
  threshold: number | null,
  options: FromVolumesOptions,
): Promise<ProjectReport> {
  const whole = { region: null, voxelSizeNm: options.voxelSizeNm };
  const labels = await describeSource('labels', sources.labels, whole);
  requireLabels(labels.info);
  const others: SourceVolume[] = [];
  for (const role of ['affinities', 'raw'] as const) {
    const path = sources[role];
    if (path !== null) others.push(await describeSource(role, path, whole));
  }
  requireSameShape(labels, others);
  const affinities = others.find(({ role }) => role === 'affinities')?.source ?? null;
  const parameters = { sources: [labels, ...others].map(essenceOf), threshold };
  const work = workFolder(project, parameters);
  return runProjectJob(project, {
    kind: 'graph',
    parameters,
    sources: [labels, ...others],
    settings: { threshold, minSize: 0 },
    run: async () => {
      await computeSegmentation(
        {
          type: 'labels',
          labels: labels.source,
          affinities,
          region: null,
          ...outputOf(project, work, labels, options),
        },
        options,
      );
      return { tables: await readTables(work), report: {} };
    },
  });
}

/** Where a job writes, and how it runs. */
function outputOf(project: Project, workDirectory: string, { info }: SourceVolume, options: FromVolumesOptions) {
  const { block, threads } = options;
  return { supervoxels: project.paths.supervoxels, voxelSizeNm: info.voxelSizeNm, workDirectory, block, threads };
}
