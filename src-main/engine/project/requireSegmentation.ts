import { FascicleError } from '#domain/errors.ts';

import type { Project } from './project.ts';
import { readSetting } from './settings.ts';

/**
 * Refuses a project whose first job has not ended: there is nothing to cut, export or hash, and an edit would stand in the log
 * before the segmentation that it is about.
 *
 * @throws FascicleError 'not-found'
 */
export function requireSegmentation({ database, paths }: Project): void {
  if (readSetting(database, 'affinityUnit') === undefined)
    throw new FascicleError(
      'not-found',
      `${paths.directory} holds no segmentation yet: the job that makes it was not finished. Run the same \`fascicle segment\` or ` +
        '`fascicle graph` again; it goes on where it stopped.',
    );
}
