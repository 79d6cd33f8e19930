import { createVolumeLooks } from '#engine/importing/volumeLooks.ts';
import { DERIVED_DATA } from '#engine/jobs/manager/derivedData.ts';
import { createJobManager } from '#engine/jobs/manager/jobManager.ts';
import type { JobManager } from '#engine/jobs/manager/jobManager.ts';
import { openSpeeds } from '#engine/jobs/manager/speeds.ts';
import type { EngineDirectories } from '#engine/user/directories.ts';
import type { Log } from '#engine/user/log.ts';
import { createPreferencesStore } from '#engine/user/preferences.ts';
import { createRecentProjects } from '#engine/user/recentProjects.ts';

import type { EngineContext } from './engineContext.ts';
import { createEventHub } from './eventHub.ts';
import { createProjectRegistry } from './projectRegistry.ts';
import { createThumbnails } from './thumbnails.ts';

/** The engine without its server. */
export interface Engine extends EngineContext {
  /** Pauses jobs, ends child processes and closes every project. */
  close(): Promise<void>;
}

/** The first pictures of a project are drawn before anything is made for the later ones. */
const QUIET_MS = 2000;

export async function createEngine(options: {
  directories: EngineDirectories;
  log: Log;
  /** How long after the first picture of a project its missing pyramids and meshes begin to be made; 2 s when absent. */
  quietMs?: number | undefined;
}): Promise<Engine> {
  const { directories, log, quietMs = QUIET_MS } = options;
  const events = createEventHub();
  const preferences = createPreferencesStore(directories.data, log);
  const speeds = await openSpeeds(directories.data, (text, cause) => log.warn(text, cause));
  const projects = createProjectRegistry({
    events,
    log,
    recents: createRecentProjects(directories.data, log),
    thumbnails: createThumbnails(directories.cache),
    // Projects and jobs need each other: jobs are asked only after both exist.
    onLooked: (id) => void setTimeout(prepare, quietMs, id).unref(),
    pauseJobs: (id) => jobs.pauseProject(id),
    jobsOf: (id) => jobs.list().filter(({ project }) => project === id),
  });
  const prepare = (id: string): void => {
    if (projects.list().every((open) => open.id !== id)) return;
    jobs.prepare(id).catch((error: unknown) => log.warn(`The views of project ${id} are not prepared`, error));
  };
  const looks = createVolumeLooks();
  const jobs: JobManager = createJobManager({ projects, events, preferences, speeds, derived: DERIVED_DATA, log });
  return {
    projects,
    events,
    jobs,
    speeds,
    looks,
    preferences,
    directories,
    log,
    async close() {
      await jobs.close();
      await looks.close();
      await projects.closeAll();
      events.close();
    },
  };
}
