import { FascicleError } from '#domain/errors.ts';
import { boxShape } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { requireLabels } from '#volumes/labelVoxels.ts';

import type { MulticutEnergies } from './agglomerateGraph.ts';
import { blockEdgeFor } from './blockPlan.ts';
import { computeSegmentation } from './computeSegmentation.ts';
import { runProjectJob } from './projectJob.ts';
import type { ProjectReport } from './projectJob.ts';
import type { RunOptions } from './request.ts';
import type { PipelineSettings } from './settings.ts';
import { describeSource, essenceOf, requireSameShape, workFolder } from './sourceVolume.ts';
import { valuesOf } from './supervoxelSettings.ts';

/** What both ways of making a project without a network take. */
export interface FromVolumesOptions extends RunOptions {
  /** Instead of what the file states; null to take that. */
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** The stored axes, slowest first, of the raw volume and of labels, instead of what the files state. */
  readonly axes: string | null;
}

/**
 * Affinities from elsewhere to a project: watershed, region graph, agglomeration.
 *
 * @param sources.affinities three channels, uint8 or float32
 * @param sources.foreground one channel, uint8 or float32, that affinities are lowered to; null or absent for none
 * @param sources.raw the image, for display only; null for none
 * @throws as `segmentVolume`
 */
export async function segmentFromAffinities(
  project: Project,
  sources: { affinities: string; foreground?: string | null | undefined; raw: string | null; region: Box | null },
  settings: PipelineSettings,
  options: FromVolumesOptions,
): Promise<ProjectReport & { readonly multicut?: MulticutEnergies }> {
  const { voxelSizeNm, axes } = options;
  const { region } = sources;
  const affinities = await describeSource('affinities', sources.affinities, { region, voxelSizeNm, axes: null });
  const others = await describeOthers(sources, ['foreground', 'raw'], options);
  requireSameShape(affinities, others);
  const foreground = sourceOf(others, 'foreground');
  const { supervoxels, score, threshold, minSize } = settings;
  const parameters = { sources: [affinities, ...others].map(essenceOf), supervoxels, score, threshold, minSize };
  const work = workFolder(project, parameters);
  const values = { supervoxels: supervoxels.method, supervoxelValues: valuesOf(supervoxels) };
  const chosen = { foreground, threshold, minSize, score, ...values };
  const method = { kind: 'affinities', affinities: affinities.source, ...chosen } as const;
  return runProjectJob(project, {
    ...{ kind: 'segment', parameters, work, record: options.record, running: options },
    request: { raw: sourceOf(others, 'raw'), axes, voxelSizeNm, region, method },
    sources: [affinities, ...others],
    settings,
    run: async () => {
      const { multicut } = await computeSegmentation(
        {
          type: 'segment',
          affinities: affinities.source,
          foreground,
          region: affinities.region,
          settings: { supervoxels, score },
          ...outputOf(project, work, affinities, options),
        },
        options,
      );
      return multicut === undefined ? {} : { multicut };
    },
  });
}

/**
 * A label volume from elsewhere to a project. Its ids become supervoxels and are given back on export. At first nothing is merged.
 *
 * @param sources.affinities of the same voxels, or null: then contacts have no affinity and merging is up to the user
 * @param sources.foreground of the same voxels, that affinities are lowered to; null or absent for none
 * @param threshold the first cut; null keeps every label a segment
 * @throws as `segmentVolume`
 */
export async function projectFromLabels(
  project: Project,
  sources: {
    labels: string;
    affinities: string | null;
    foreground?: string | null | undefined;
    raw: string | null;
    region: Box | null;
  },
  threshold: number | null,
  options: FromVolumesOptions,
): Promise<ProjectReport> {
  const { voxelSizeNm, axes } = options;
  const { region } = sources;
  const labels = await describeSource('labels', sources.labels, { region, voxelSizeNm, axes });
  requireLabels(labels.info);
  if (sources.foreground && sources.affinities === null)
    throw new FascicleError('bad-request', 'A foreground lowers affinities, and there are none. Name them, too.');
  const others = await describeOthers(sources, ['affinities', 'foreground', 'raw'], options);
  requireSameShape(labels, others);
  const affinities = sourceOf(others, 'affinities');
  const foreground = sourceOf(others, 'foreground');
  const parameters = { sources: [labels, ...others].map(essenceOf), threshold };
  const work = workFolder(project, parameters);
  const method = { kind: 'labels', labels: labels.source, affinities, foreground, threshold } as const;
  return runProjectJob(project, {
    ...{ kind: 'graph', parameters, work, record: options.record, running: options },
    request: { raw: sourceOf(others, 'raw'), axes, voxelSizeNm, region, method },
    sources: [labels, ...others],
    settings: { threshold, minSize: 0 },
    run: async () => {
      await computeSegmentation(
        {
          type: 'labels',
          labels: labels.source,
          labelAxes: axes,
          affinities,
          foreground,
          region: labels.region,
          ...outputOf(project, work, labels, options),
        },
        options,
      );
      return {};
    },
  });
}

/** The sources beside the main one that were named, in the order of `roles`. */
async function describeOthers<Role extends 'affinities' | 'foreground' | 'raw'>(
  named: { readonly [Key in Role]?: string | null | undefined } & { readonly region: Box | null },
  roles: readonly Role[],
  { voxelSizeNm, axes }: FromVolumesOptions,
): Promise<SourceVolume[]> {
  const { region } = named;
  const others: SourceVolume[] = [];
  for (const role of roles) {
    const path = named[role];
    if (path)
      others.push(await describeSource(role, path, { region, voxelSizeNm, axes: role === 'raw' ? axes : null }));
  }
  return others;
}

const sourceOf = (volumes: readonly SourceVolume[], wanted: SourceVolume['role']): string | null =>
  volumes.find(({ role }) => role === wanted)?.source ?? null;

/** Where a job writes, and how it runs. */
function outputOf(
  project: Project,
  workDirectory: string,
  { info, region }: SourceVolume,
  options: FromVolumesOptions,
) {
  const { threads } = options;
  const block = options.block ?? blockEdgeFor(boxShape(region), threads);
  return { supervoxels: project.paths.supervoxels, voxelSizeNm: info.voxelSizeNm, workDirectory, block, threads };
}
