import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { InferResult } from '#compute/messages.ts';
import type { RequestedProvider } from '#compute/providers.ts';
import { FascicleError } from '#domain/errors.ts';
import { boxShape } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm } from '#domain/geometry.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';
import { findNetwork } from '#engine/inference/findNetwork.ts';
import { inferAffinities } from '#engine/inference/inferAffinities.ts';
import { chooseTarget, requireSimilarVoxelSize } from '#engine/inference/packages/chooseModel.ts';
import { hasForeground, postprocessingFor } from '#engine/inference/packages/modelPackage.ts';
import type { ModelPackage } from '#engine/inference/packages/modelPackage.ts';
import type { Project } from '#engine/project/project.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import type { VolumeInfo } from '#volumes/volume.ts';
import { createOmeZarr } from '#volumes/zarr/index.ts';

import type { MulticutEnergies } from './agglomerateGraph.ts';
import { blockEdgeFor } from './blockPlan.ts';
import { computeSegmentation } from './computeSegmentation.ts';
import { runProjectJob } from './projectJob.ts';
import type { ProjectReport } from './projectJob.ts';
import type { RunOptions } from './request.ts';
import { settingsOf } from './settings.ts';
import type { PipelineSettings, ScoreChoice } from './settings.ts';
import { describeSource, essenceOf, workFolder } from './sourceVolume.ts';
import type { SupervoxelValues } from './supervoxelSettings.ts';

/** What a user decides about a segmentation; null leaves a choice to the file or the model package. */
export interface SegmentVolumeOptions extends RunOptions {
  readonly raw: string;
  /** Id or folder of a model package. */
  readonly model: string | null;
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** The stored axes, slowest first. */
  readonly axes: string | null;
  readonly roi: Box | null;
  readonly provider: RequestedProvider;
  readonly threshold: number | null;
  readonly minSize: number | null;
  /** Null or absent for the one of the model package, as in what follows. */
  readonly score?: ScoreChoice | null | undefined;
  readonly supervoxels?: SupervoxelMethod | null | undefined;
  readonly supervoxelValues?: SupervoxelValues | null | undefined;
  /** Lower affinities to the foreground. */
  readonly foregroundRestriction?: boolean | null | undefined;
  /** The image has bright membranes: the network is given its negative. */
  readonly invert?: boolean | undefined;
}

export interface SegmentVolumeReport extends ProjectReport {
  readonly model: string;
  readonly inference: InferResult;
  readonly multicut?: MulticutEnergies;
}

/**
 * Raw volume to segmented project: network, watershed, region graph, agglomeration. Running it again on a project that was
 * interrupted goes on from its finished blocks; on one that is finished it changes nothing.
 *
 * @throws FascicleError 'bad-request' (no voxel size or one in other units, region outside the volume), 'not-found' (file, model), 'conflict' (the
 *   project was made with other settings), 'unsupported' (provider), 'cancelled', 'storage', 'bad-file'
 */
export async function segmentVolume(project: Project, options: SegmentVolumeOptions): Promise<SegmentVolumeReport> {
  const { roi: region, voxelSizeNm: given, axes, provider, threshold, minSize, score = null } = options;
  const { supervoxels = null, supervoxelValues = null, foregroundRestriction = null, invert = false } = options;
  const raw = await describeSource('raw', options.raw, { region, voxelSizeNm: given, axes });
  const voxelSizeNm = requireRaw(raw.info);
  const { model, settings } = await chooseNetwork(options, voxelSizeNm);
  const parameters = {
    source: essenceOf(raw),
    voxelSizeNm,
    model: { id: model.id, sha256: model.weightsSha256 },
    settings,
    ...(invert && { invert }),
  };
  const request = {
    ...{ raw: raw.source, axes, voxelSizeNm: given, region },
    method: {
      ...{ kind: 'network' as const, model: options.model ?? model.id, provider, threshold, minSize, score },
      ...{ supervoxels, supervoxelValues, foregroundRestriction, invert },
    },
  };
  const work = workFolder(project, parameters);
  return runProjectJob(project, {
    ...{ kind: 'segment', parameters, request, work, record: options.record, running: options },
    sources: [raw],
    settings,
    run: async () => {
      const inference = await infer(project, options, { ...raw, model, voxelSizeNm, axes, work });
      const { obtained, runtime } = inference.provider;
      const { multicut } = await computeSegmentation(
        {
          type: 'segment',
          affinities: project.paths.affinities,
          region: null,
          foreground: settings.foregroundRestriction ? project.paths.foreground : null,
          madeBy: { provider: obtained, runtime },
          settings: { supervoxels: settings.supervoxels, score: settings.score },
          voxelSizeNm,
          supervoxels: project.paths.supervoxels,
          workDirectory: work,
          block: options.block ?? blockEdgeFor(boxShape(raw.region), options.threads),
          threads: options.threads,
        },
        options,
      );
      return { model: model.id, inference, ...(multicut && { multicut }) };
    },
  });
}

/** The voxel size of a raw volume. @throws FascicleError 'bad-request' for several channels or an unknown voxel size */
function requireRaw({ source, channels, voxelSizeNm }: VolumeInfo): VoxelSizeNm {
  if (channels !== 1)
    throw new FascicleError('bad-request', `${source} has ${channels} channels; a raw volume has one.`);
  if (voxelSizeNm === null)
    throw new FascicleError(
      'bad-request',
      `${source} does not state its voxel size, and the network needs it. Give it with --voxel-size z,y,x in nanometres.`,
    );
  return voxelSizeNm;
}

async function chooseNetwork(
  options: SegmentVolumeOptions,
  voxelSizeNm: VoxelSizeNm,
): Promise<{ model: ModelPackage; settings: PipelineSettings }> {
  const model = await findNetwork(options.model, voxelSizeNm);
  const choice = chooseTarget(model, voxelSizeNm);
  requireSimilarVoxelSize(model, voxelSizeNm, choice);
  const { target, factor } = choice;
  const postprocessing = postprocessingFor(model, target);
  return { model, settings: settingsOf({ postprocessing, factor, hasForeground: hasForeground(model) }, options) };
}

async function infer(
  project: Project,
  options: SegmentVolumeOptions,
  job: Pick<SourceVolume, 'source' | 'region'> & {
    model: ModelPackage;
    voxelSizeNm: VoxelSizeNm;
    axes: string | null;
    work: string;
  },
): Promise<InferResult> {
  const { affinities, foreground } = project.paths;
  const shape = boxShape(job.region);
  const spec = { shape, type: 'uint8', voxelSizeNm: job.voxelSizeNm, kind: 'image' } as const;
  await makeStore(affinities, { ...spec, channels: 3 });
  const withForeground = hasForeground(job.model);
  if (withForeground) await makeStore(foreground, spec);
  return inferAffinities({
    source: job.source,
    model: job.model,
    voxelSizeNm: job.voxelSizeNm,
    axes: job.axes,
    roi: job.region,
    provider: options.provider,
    threads: options.threads,
    // Kept apart: the restriction is applied when affinities are read, so another setting needs no new inference.
    restrictAffinities: false,
    invert: options.invert ?? false,
    out: { affinities, foreground: withForeground ? foreground : null },
    markersDirectory: join(job.work, 'inference'),
    ...(options.memoryBudgetBytes ? { memoryBudgetBytes: options.memoryBudgetBytes } : {}),
    signal: options.signal,
    onProgress: ({ stage, done, total, provider, voxelsPerSecond, block, network }) =>
      options.onProgress?.({
        ...{ stage: stage === 'statistics' ? 'Measuring intensities' : 'Network', done, total, unit: 'blocks' },
        note: [`on ${provider}`, ...(voxelsPerSecond === null ? [] : [formatSpeed(voxelsPerSecond)])].join(', '),
        ...(block && { block }),
        ...(network && { network }),
      }),
  });
}

const formatSpeed = (voxelsPerSecond: number) => `${(voxelsPerSecond / 1e6).toFixed(2)} Mvoxel/s`;

async function makeStore(path: string, spec: Parameters<typeof createOmeZarr>[1]): Promise<void> {
  if (existsSync(join(path, 'zarr.json'))) return;
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  await (await createOmeZarr(path, spec)).close();
}
