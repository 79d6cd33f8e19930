import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import type { Job } from '#contract/routes/jobs.ts';
import type { ProjectInfo } from '#contract/routes/projects.ts';
import type { EngineContext } from '#engine/http/engineContext.ts';
import { modelDirectories } from '#engine/inference/modelDirectories.ts';
import { loadModel } from '#engine/inference/packages/loadModel.ts';
import { projectPaths } from '#engine/project/paths.ts';
import { projectsDirectory } from '#engine/system/choices.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

import { createProject } from './createProject.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', '..', 'resources', 'sample', 'fib25_sample.h5');
const MODEL = 'fascicle-unet-em-v1';
const QUICK_MODEL = 'fascicle-unet-em-v1-quick';
/** That the network computes for the sample, halos included: 2.6 for each voxel of 30 x 250 x 250. */
const NETWORK_VOXELS = 2.6 * 30 * 250 * 250;

/** A first look must not be a wait: the better network is taken where it was measured to need no longer. */
const MAX_SECONDS = 45;

/** Processors with which it takes about 15 seconds, where nothing was measured yet. */
const ENOUGH_PROCESSORS = 2;

/**
 * Opens the sample project. The first time it is made: the sample is copied beside it, so that the project still finds its source when
 * the program is moved or updated, and is segmented like any other volume. One that was interrupted goes on.
 *
 * @throws FascicleError as `createProject`
 */
export async function openSample(
  engine: Pick<EngineContext, 'projects' | 'jobs' | 'looks' | 'speeds' | 'preferences' | 'directories'>,
): Promise<{ project: ProjectInfo; job: Job | null }> {
  const { projects, jobs, preferences, directories } = engine;
  const parent = projectsDirectory(await preferences.read(), directories);
  const directory = join(parent, 'FIB-25 sample');
  if (!existsSync(projectPaths(directory).database)) return makeSample(engine, parent, directory);
  const open = await projects.open(directory);
  const project = await open.info();
  const last = jobs.list().find((job) => job.project === open.id);
  const isFilled = project.segmentation !== null;
  const mustGoOn = last !== undefined && (last.state === 'interrupted' || (!isFilled && last.state !== 'done'));
  if (!mustGoOn || last.state === 'queued' || last.state === 'running')
    return { project, job: isFilled ? null : (last ?? null) };
  return { project, job: await jobs.resume(last.id) };
}

async function makeSample(
  engine: Pick<EngineContext, 'projects' | 'jobs' | 'looks' | 'speeds'>,
  parent: string,
  directory: string,
): Promise<{ project: ProjectInfo; job: Job }> {
  const copy = join(parent, 'fib25_sample.h5');
  await withFileErrors(`Copying the sample to ${parent}`, async () => {
    const isThere = existsSync(copy) && (await stat(copy)).size === (await stat(SAMPLE)).size;
    if (isThere) return;
    await mkdir(parent, { recursive: true });
    await copyFile(SAMPLE, `${copy}.partial`);
    await rename(`${copy}.partial`, copy);
  });
  return createProject(engine, {
    directory,
    raw: `${copy}:/raw`,
    axes: null,
    voxelSizeNm: null,
    region: null,
    purpose: 'keep',
    truth: null,
    method: { kind: 'network', model: await chooseModel(engine), provider: 'auto', threshold: null, minSize: null },
  });
}

async function chooseModel({ speeds }: Pick<EngineContext, 'speeds'>): Promise<string> {
  const { weightsSha256 } = await loadModel(MODEL, modelDirectories());
  const speed = speeds.network(weightsSha256, 'auto');
  const isFast = speed
    ? NETWORK_VOXELS / speed.networkVoxelsPerSecond <= MAX_SECONDS
    : availableParallelism() >= ENOUGH_PROCESSORS;
  return isFast ? MODEL : QUICK_MODEL;
}
