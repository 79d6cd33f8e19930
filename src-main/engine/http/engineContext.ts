import type { Job, JobCourse } from '#contract/routes/jobs.ts';

import type { EngineDirectories } from '#engine/user/directories.ts';
import type { EventHub } from './eventHub.ts';
import type { Log } from '#engine/user/log.ts';
import type { PreferencesStore } from '#engine/user/preferences.ts';
import type { ProjectRegistry } from './projectRegistry.ts';

/** What the server and the registry ask of the job manager, which is made by `createJobManager`. */
export interface JobManager {
  list(): Promise<Job[]> | Job[];
  /** The next five: @throws FascicleError 'not-found' for an unknown job, 'conflict' in a state that does not allow it */
  get(id: string): Promise<Job> | Job;
  course(id: string): Promise<JobCourse> | JobCourse;
  cancel(id: string): Promise<Job>;
  pause(id: string): Promise<Job>;
  resume(id: string): Promise<Job>;
  /** Ends the compute processes of a project's jobs and keeps their place. */
  pauseProject(project: string): Promise<void>;
  /** The compute processes that run now, for the memory that is shown. */
  processIds(): readonly number[];
  /** Pauses everything: the engine ends. */
  close(): Promise<void>;
}

/** What handlers work with. */
export interface EngineContext {
  readonly projects: ProjectRegistry;
  readonly events: EventHub;
  readonly jobs: JobManager;
  readonly preferences: PreferencesStore;
  readonly directories: EngineDirectories;
  readonly log: Log;
}
