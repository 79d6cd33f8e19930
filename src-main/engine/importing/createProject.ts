import type { Job } from '#contract/routes/jobs.ts';
import type { NewProject, ProjectInfo } from '#contract/routes/projects.ts';
import { FascicleError } from '#domain/errors.ts';
import type { EngineContext } from '#engine/http/engineContext.ts';
import { wishForTruth } from '#engine/metrics/wishedTruth.ts';

import { lookAtSources } from './lookAtSources.ts';
import { segmentationRequest } from './segmentationRequest.ts';
import { truthProblems } from './truthProblems.ts';

/**
 * Makes a project and starts the job that fills it. What cannot work is refused before anything is written.
 *
 * @throws FascicleError 'bad-request' for what the request must change, 'not-found' and 'bad-file' for its volumes, 'conflict' for a
 *   folder that holds a project, 'storage'
 */
export async function createProject(
  { projects, jobs, looks }: Pick<EngineContext, 'projects' | 'jobs' | 'looks'>,
  wanted: NewProject,
): Promise<{ project: ProjectInfo; job: Job }> {
  const request = segmentationRequest(wanted);
  const seen = await lookAtSources(request, looks);
  const problems = [...seen.problems, ...(await truthProblems(wanted.truth, seen))];
  if (problems.length > 0) throw new FascicleError('bad-request', problems.join(' '));
  const open = await projects.create(wanted.directory, { purpose: wanted.purpose });
  try {
    if (wanted.truth !== null) wishForTruth(open.project, wanted.truth);
    const job = await jobs.start(open.id, request);
    return { project: await open.info(), job };
  } catch (error) {
    await projects.takeBack(open.id);
    throw error;
  }
}
