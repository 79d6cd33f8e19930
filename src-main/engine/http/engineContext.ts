import type { VolumeLooks } from '#engine/importing/volumeLooks.ts';
import type { JobManager } from '#engine/jobs/manager/jobManager.ts';
import type { SpeedStore } from '#engine/jobs/manager/speeds.ts';
import type { EngineDirectories } from '#engine/user/directories.ts';
import type { EventHub } from './eventHub.ts';
import type { Log } from '#engine/user/log.ts';
import type { PreferencesStore } from '#engine/user/preferences.ts';
import type { ProjectRegistry } from './projectRegistry.ts';

/** What handlers work with. */
export interface EngineContext {
  readonly projects: ProjectRegistry;
  readonly events: EventHub;
  readonly jobs: JobManager;
  /** How fast this machine was: what estimates rest on. */
  readonly speeds: SpeedStore;
  /** Looks at files that are no project yet. */
  readonly looks: VolumeLooks;
  readonly preferences: PreferencesStore;
  readonly directories: EngineDirectories;
  readonly log: Log;
}
