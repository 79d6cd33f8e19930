import type { ExportReport, ExportRequest } from '#contract/routes/exports.ts';
import { FascicleError } from '#domain/errors.ts';
import { estimateExport } from '#engine/export/estimateExport.ts';
import { checkExport, targetsOf } from '#engine/export/exportProject.ts';
import { readExportState } from '#engine/export/exportState.ts';
import { readJobs } from '#engine/project/jobs.ts';
import { isAbsolute } from 'node:path';

import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';

/** Files of the present state of open projects. */
export function createExportsHandlers({ projects, jobs }: EngineContext): Handlers['exports'] {
  return {
    estimate: ({ params, body }) => estimateExport(projects.get(params.project).project, requireFullPaths(body)),
    async start({ params, body }) {
      const { project } = projects.get(params.project);
      // Refused here, a person sees it where the choice was made, not in a job that failed.
      await checkExport(project, await readExportState(project), requireFullPaths(body));
      return jobs.startExport(params.project, body);
    },
    report({ params }) {
      const { database } = projects.get(params.project).project;
      const last = readJobs(database).find(({ kind, state }) => kind === 'export' && state === 'done');
      return (last?.report as ExportReport | undefined) ?? null;
    },
  };
}

/** A path from nowhere in particular would be taken from where the engine was started, which no window knows. */
function requireFullPaths(request: ExportRequest): ExportRequest {
  const given = [request.labels?.path, request.meshes?.directory, request.tables, request.manifest];
  const partial = given.find((path) => typeof path === 'string' && !isAbsolute(path));
  if (partial === undefined && targetsOf(request).every(({ path }) => !path.includes('\0'))) return request;
  throw new FascicleError('bad-request', `${partial ?? 'A path'} is no full path. Name it from its root.`);
}
