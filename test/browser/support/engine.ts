import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { EngineServer } from '../../../src-main/engine/http/startEngineServer.ts';
import { startEngineServer } from '../../../src-main/engine/http/startEngineServer.ts';
import { REPOSITORY } from '../../helpers/folders.ts';
import { makePhantomProject as makeProject } from '../../helpers/phantomProject.ts';

export interface TestEngine extends EngineServer {
  /** The address of the page with a project of this engine open. */
  addressOf(directory: string): Promise<string>;
}

/**
 * The real engine on a free port, with a user's folders of its own below `folder`.
 *
 * @param options.tourSeen false to see the first-run tour
 */
export async function startTestEngine(
  folder: string,
  options: { tourSeen?: boolean; token?: string; port?: number } = {},
): Promise<TestEngine> {
  buildPage();
  const server = await startEngineServer({
    directories: {
      data: join(folder, 'data'),
      cache: join(folder, 'cache'),
      logs: join(folder, 'logs'),
      projects: join(folder, 'projects'),
    },
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  await fetch(`${server.baseUrl}/api/preferences`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ tourSeen: options.tourSeen ?? true }),
  });
  return Object.assign(server, {
    async addressOf(directory: string) {
      const opened = await server.engine.projects.open(directory);
      return `${server.address}&project=${opened.id}`;
    },
  });
}

/** A project of made-up neuropil, segmented from made-up affinities: a second's work, and every part of the window has content. */
export async function makePhantomProject(folder: string, shape = '40,180,200'): Promise<string> {
  return (await makeProject(folder, 'phantom', { seed: 7, shape, settings: [] })).project;
}

const PAGE = join(REPOSITORY, 'dist-renderer', 'index.html');

/** Builds the page where it is older than its sources, so that what is tested is what is written. */
export function buildPage(): void {
  if (existsSync(PAGE) && statSync(PAGE).mtimeMs > newest(['src-renderer', 'src-shared'])) return;
  execFileSync(
    process.execPath,
    [join(REPOSITORY, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: REPOSITORY,
      stdio: 'inherit',
    },
  );
}

function newest(folders: readonly string[]): number {
  return folders
    .flatMap((folder) =>
      readdirSync(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
    )
    .reduce((a, b) => Math.max(a, b), 0);
}
