import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { isAbsolute, join } from 'node:path';

import type { SystemInfo } from '#contract/routes/system.ts';
import { FascicleError } from '#domain/errors.ts';
import { modelDirectories } from '#engine/inference/modelDirectories.ts';
import { memoryBudgetBytes, projectsDirectory } from '#engine/system/choices.ts';
import { createProviderList } from '#engine/system/executionProviders.ts';
import { freeDiskBytes } from '#engine/system/freeDisk.ts';
import { listFolder } from '#engine/system/listFolder.ts';
import { receiveUpload } from '#engine/system/receiveUpload.ts';
import { residentBytes } from '#engine/system/residentMemory.ts';

import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../package.json'), 'utf8')) as {
  version: string;
};

/** The program, the machine, its files, and what the user prefers. */
export function createSystemHandlers(engine: EngineContext): Handlers['system'] {
  const { directories, events, log } = engine;
  const providers = createProviderList(log);
  return {
    async info(): Promise<SystemInfo> {
      const preferences = await engine.preferences.read();
      const projects = projectsDirectory(preferences, directories);
      return {
        version,
        platform: `${process.platform} ${process.arch}`,
        processors: availableParallelism(),
        memoryBytes: totalmem(),
        memoryBudgetBytes: memoryBudgetBytes(preferences),
        memoryUsedBytes: await residentBytes(),
        providers: [...(await providers())],
        projectsDirectory: projects,
        freeDiskBytes: await freeDiskBytes(projects),
        logsDirectory: directories.logs,
        modelsDirectory: modelDirectories()[0],
      };
    },
    preferences: () => engine.preferences.read(),
    async setPreferences({ body }) {
      const { projectsDirectory: folder } = body;
      if (typeof folder === 'string' && !isAbsolute(folder))
        throw new FascicleError('bad-request', `${folder} is not a full path. Name a folder from its root.`);
      const preferences = await engine.preferences.change(body);
      events.publish({ type: 'preferences', preferences });
      return preferences;
    },
    files: ({ query }) => listFolder(query.directory),
    async upload({ query, body, signal }) {
      const folder = join(projectsDirectory(await engine.preferences.read(), directories), 'uploads');
      return receiveUpload(folder, { name: query.name, length: body.length, stream: body.stream() }, signal);
    },
    async report({ body }) {
      log.error(`page: ${body.message}`, body.stack ?? undefined);
    },
  };
}
