import { existsSync } from 'node:fs';

import { boxShape, voxelCount } from '#domain/geometry.ts';
import { blockTypeBytes, displayType } from '#engine/views/blockArrays.ts';
import { missingCoarsePyramids } from '#engine/views/coarsePyramids.ts';
import { rawPyramidState } from '#engine/views/rawPyramid.ts';
import { readJobs } from '#engine/project/jobs.ts';
import type { JobRecord } from '#engine/project/jobs.ts';
import type { Project } from '#engine/project/project.ts';
import { readSetting } from '#engine/project/settings.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';

import { onlyReads } from './jobKinds.ts';
import type { JobProgress } from './jobProgress.ts';
import { planStages } from './stagePlan.ts';
import type { PlannedStage, StageKey } from './stagePlan.ts';

/** Kind of the job that makes what windows need of a project that was filled without one. */
export const VIEW_DATA_JOB = 'pyramid';

const [READ, COARSER, MESHES] = planStages('views', { raw: true }) as [PlannedStage, PlannedStage, PlannedStage];

/** What to do for the windows of a project: nothing, begin, or go on with a job that was stopped with its project. */
export type ViewDataWish = 'nothing' | 'begin' | { readonly resume: JobRecord };

/**
 * Whether a project lacks what windows need, and nobody has decided that it shall: a job of its own that was cancelled or failed, or
 * a segmentation that waits to be taken up again, is left to the user. A project that is open for reading only is never written to.
 */
export async function wishForViewData(project: Project): Promise<ViewDataWish> {
  const { database, readOnly } = project;
  if (readOnly || readSetting(database, 'affinityUnit') === undefined) return 'nothing';
  const last = readJobs(database).find(({ kind }) => !onlyReads(kind));
  const isOwn = last?.kind === VIEW_DATA_JOB;
  if (last !== undefined && !isOwn && last.state !== 'done') return 'nothing';
  if (isOwn && (last.state === 'cancelled' || last.state === 'failed')) return 'nothing';
  if ((await lackingStages(project)).length === 0) return 'nothing';
  return isOwn && last.state !== 'done' ? { resume: last } : 'begin';
}

/** The stages of the work that a project lacks, in their order. */
export async function lackingStages(project: Project): Promise<PlannedStage[]> {
  const { database } = project;
  const raw = readSourceVolume(database, 'raw');
  const canRead = raw !== undefined && existsSync(parseVolumeSpec(raw.source).path);
  const stages: PlannedStage[] = [];
  if (canRead && (await rawPyramidState(project)) === 'missing') stages.push(READ);
  if ((await missingCoarsePyramids(project)).length > 0) stages.push(COARSER);
  if (!readJobs(database).some(hasMadeMeshes)) stages.push(MESHES);
  return stages;
}

/** Bytes on disk that the stages take at most, the meshes aside, whose cache has a limit. */
export async function bytesOfStages(project: Project, keys: readonly StageKey[]): Promise<number> {
  const raw = readSourceVolume(project.database, 'raw');
  const reading = keys.includes('read') && raw !== undefined ? [{ volume: raw, share: 4 / 3 }] : [];
  const coarser = keys.includes('coarser') ? await missingCoarsePyramids(project) : [];
  return [...reading, ...coarser.map(({ volume }) => ({ volume, share: 1 / 2 }))].reduce(
    (sum, { volume: { info, region }, share }) =>
      sum + voxelCount(boxShape(region)) * info.channels * blockTypeBytes(displayType(info.type)) * share,
    0,
  );
}

function hasMadeMeshes({ progress }: JobRecord): boolean {
  const { stages = [] } = (progress ?? {}) as Partial<JobProgress>;
  return stages.some(({ title, state }) => title === MESHES.title && state === 'done');
}
