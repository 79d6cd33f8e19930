import { viewStateSchema } from '#contract/viewState.ts';
import type { ViewState } from '#contract/viewState.ts';
import { FascicleError } from '#domain/errors.ts';
import { knownValues, readJsonFile, writeJsonFile } from '#engine/user/jsonFile.ts';
import type { Log } from '#engine/user/log.ts';
import { createQueue } from '#engine/user/queue.ts';

import type { Project } from './project.ts';

/**
 * What a window showed of a project when it was left, in a file of the project's folder: it goes where the project goes, and the database is
 * not written to for the sake of a look.
 */
export interface ViewStates {
  /** Parts that are not known to this version, or damaged, are absent. */
  read(project: Pick<Project, 'paths'>): Promise<ViewState>;
  /** Keeps the named parts and leaves the others. @throws FascicleError 'conflict' where it is open for reading only, 'storage' */
  change(project: Pick<Project, 'paths' | 'readOnly'>, changes: ViewState): Promise<void>;
}

export function createViewStates(log: Pick<Log, 'warn'>): ViewStates {
  const inTurn = createQueue();
  const read = ({ paths }: Pick<Project, 'paths'>): Promise<ViewState> =>
    readJsonFile(
      paths.view,
      (stored) => viewStateSchema.parse(knownValues(viewStateSchema, stored)),
      (at, cause) => log.warn(`${at} is damaged; the project is shown as if for the first time.`, cause),
    );
  return {
    read,
    async change(project, changes) {
      if (project.readOnly)
        throw new FascicleError(
          'conflict',
          `${project.paths.directory} is open for reading only: what is shown of it is not kept.`,
        );
      await inTurn(async () => writeJsonFile(project.paths.view, { ...(await read(project)), ...changes }));
    },
  };
}
