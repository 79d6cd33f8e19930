import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Job } from '#contract/routes/jobs.ts';
import type { NewProject, ProjectInfo, RecentProject } from '#contract/routes/projects.ts';
import { FascicleError } from '#domain/errors.ts';
import { sweepExports } from '#engine/export/leftovers.ts';
import { closeUnlessUnused, createOrOpenProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { readSetting, writeSetting } from '#engine/project/settings.ts';
import { keepBackups } from '#engine/safety/keepBackups.ts';
import { openChecked } from '#engine/safety/openChecked.ts';
import type { Log } from '#engine/user/log.ts';
import { createQueue } from '#engine/user/queue.ts';
import type { RecentProjects } from '#engine/user/recentProjects.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

import { announceEdit } from './announceEdit.ts';
import type { EventHub } from './eventHub.ts';
import { identify, requireFullPath, withReadOnlyOffer } from './projectFolder.ts';
import { projectDescriber } from './projectInfo.ts';
import { createProjectParts } from './projectParts.ts';
import type { ProjectParts } from './projectParts.ts';
import { statusOfJobs, statusOnDisk } from './projectStatus.ts';
import { recentProject, remembered, statusOfOpen } from './recentProject.ts';
import type { Thumbnails } from './thumbnails.ts';

/** A project that this engine has open, for as many windows as there are. */
export interface OpenProject extends Omit<ProjectParts, 'close'> {
  /** Stable for a folder: a hash of its real path. */
  readonly id: string;
  readonly project: Project;
  /** As it is now. */
  info(): Promise<ProjectInfo>;
}

/** The projects that are open, and those that were. */
export interface ProjectRegistry {
  /**
   * Opens the project in a folder, or gives the open one. A damaged one is opened for reading only, and says so.
   *
   * @param options.readOnly opens beside another program that writes to it
   * @throws FascicleError 'not-found', 'bad-file', 'conflict' (another program writes to it, or a newer one wrote it)
   */
  open(directory: string, options?: { readOnly?: boolean }): Promise<OpenProject>;
  /**
   * Makes a project in a new or an empty folder and opens it.
   *
   * @param options.purpose 'check' for one that is tried before a long run: it is not listed, and can be discarded
   * @throws FascicleError 'bad-request' for a folder that holds other things, 'conflict' for one with a project, 'storage'
   */
  create(directory: string, options?: { purpose?: NewProject['purpose'] }): Promise<OpenProject>;
  /** Closes a project that was just made, and removes it again where no job has begun in it: its request was refused. */
  takeBack(id: string): Promise<void>;
  /**
   * Closes a project that was made to check something and deletes its folder.
   *
   * @throws FascicleError 'not-found', 'conflict' for every other project: those are left to their owner
   */
  discard(id: string): Promise<void>;
  /** The open project of an id. @throws FascicleError 'not-found' */
  get(id: string): OpenProject;
  list(): readonly OpenProject[];
  /** Says in an event that what `info` gives has changed. Call it after a job has filled the project, and after edits. */
  changed(id: string): Promise<void>;
  /** Pauses the jobs of a project and closes it. One that is not open is no error. */
  close(id: string): Promise<void>;
  /** Takes a project off the list of recent ones, and closes it. */
  forget(id: string): Promise<void>;
  recent(): Promise<RecentProject[]>;
  /** A PNG of the middle slice of an open or a recent project. @throws FascicleError 'not-found' */
  thumbnail(id: string): Promise<Uint8Array>;
  closeAll(): Promise<void>;
}

/** What the registry works with. */
export interface RegistryOptions {
  readonly events: EventHub;
  readonly recents: RecentProjects;
  readonly thumbnails: Thumbnails;
  /** Ends the work on a project before it is closed. */
  readonly pauseJobs: (id: string) => Promise<void>;
  readonly log: Log;
  /** Called when somebody looks at the voxels of a project that was opened. */
  readonly onLooked: (id: string) => void;
  /** The jobs of an open project, newest first. */
  readonly jobsOf: (id: string) => readonly Job[];
}

const PURPOSE = 'purpose';

interface Entry extends OpenProject {
  close(): Promise<void>;
}

export function createProjectRegistry(options: RegistryOptions): ProjectRegistry {
  const { events, recents, thumbnails } = options;
  const entries = new Map<string, Entry>();
  // Opening and closing in turn: two windows that open the same folder get one project, and a folder is never opened while it closes.
  const inTurn = createQueue();

  const adopt = async (id: string, project: Project, damage: string | null = null): Promise<Entry> => {
    const parts = createProjectParts(project);
    const describe = projectDescriber(id, project, parts);
    const info = async () => ({ ...(await describe()), ...(damage === null ? {} : { damage }) });
    const backups = keepBackups(project, (error) => options.log.warn(`No backup of ${project.paths.directory}`, error));
    parts.editing.onEdit((event) => {
      announceEdit(events, id, parts.editing.current!, event);
      backups.edited();
    });
    if (damage !== null) options.log.error(`${project.paths.directory} is opened for reading only: ${damage}`);
    const entry: Entry = {
      ...parts,
      id,
      project,
      info,
      close: async () => {
        await parts.close();
        await backups.close();
        project.close();
      },
    };
    void parts.views.looked.then(() => options.onLooked(id));
    entries.set(id, entry);
    try {
      await announce(entry, new Date().toISOString());
    } catch (error) {
      entries.delete(id);
      await entry.close();
      throw error;
    }
    return entry;
  };
  /** Brings what is remembered of a project up to date. */
  const refresh = async (entry: Entry, openedAt?: string): Promise<ProjectInfo> => {
    const info = await entry.info();
    if (isCheck(entry)) return info;
    const known = (await recents.list()).find(({ id }) => id === entry.id);
    await recents.remember(remembered(info, openedAt ?? known?.openedAt ?? new Date().toISOString()));
    return info;
  };
  const rememberAsItIs = async (entry: Entry): Promise<void> => {
    const { segmentation } = await refresh(entry);
    if (segmentation !== null && !isCheck(entry)) await thumbnails.draw(entry);
  };
  const announce = async (entry: Entry, openedAt?: string): Promise<void> => {
    const project = await refresh(entry, openedAt);
    events.publish({ type: 'project', project });
    events.publish({ type: 'projects' });
  };
  const closeEntry = async (entry: Entry, close: () => Promise<void>): Promise<void> => {
    await options.pauseJobs(entry.id);
    entries.delete(entry.id);
    await close();
    events.publish({ type: 'project-closed', project: entry.id });
    events.publish({ type: 'projects' });
  };
  const close = (id: string): Promise<void> =>
    inTurn(async () => {
      const entry = entries.get(id);
      if (entry === undefined) return;
      // What the start screen will say and show. A disk that is gone by now must not keep the project from being closed.
      await rememberAsItIs(entry).catch((error: unknown) => options.log.warn(`Describing ${id} at its end`, error));
      await closeEntry(entry, () => entry.close());
    });
  const get = (id: string): Entry => {
    const entry = entries.get(id);
    if (entry === undefined)
      throw new FascicleError('not-found', 'No project of this address is open. Open its folder first.');
    return entry;
  };

  return {
    open: (directory, { readOnly = false } = {}) =>
      inTurn(async () => {
        const { id, path } = await identify(directory);
        const open = entries.get(id);
        if (open !== undefined) {
          await announce(open, new Date().toISOString());
          return open;
        }
        const { project, damage } = await openChecked(path, { readOnly }).catch((error: unknown) => {
          throw withReadOnlyOffer(error, path);
        });
        if (!project.readOnly) await sweepExports(path);
        return adopt(id, project, damage);
      }),
    create: (directory, { purpose } = {}) =>
      inTurn(async () => {
        requireFullPath(directory);
        const project = await createOrOpenProject(directory);
        if (project.made === 'nothing') {
          project.close();
          throw new FascicleError(
            'conflict',
            `${resolve(directory)} holds a project already. Open it, or name another folder.`,
          );
        }
        try {
          if (purpose === 'check') writeSetting(project.database, PURPOSE, purpose);
          return await adopt((await identify(directory)).id, project);
        } catch (error) {
          closeUnlessUnused(project);
          throw error;
        }
      }),
    takeBack: (id) =>
      inTurn(async () => {
        const entry = entries.get(id);
        if (entry === undefined) return;
        await recents.forget(id);
        // Removes the files only where nothing has begun.
        await closeEntry(entry, async () => closeUnlessUnused(entry.project));
      }),
    discard: (id) =>
      inTurn(async () => {
        const entry = get(id);
        const { directory } = entry.project.paths;
        if (!isCheck(entry))
          throw new FascicleError(
            'conflict',
            `${directory} was not made as a trial. Delete its folder yourself if you want to.`,
          );
        await closeEntry(entry, () => entry.close());
        await withFileErrors(`Deleting ${directory}`, () => rm(directory, { recursive: true, force: true }));
        await thumbnails.remove(id);
      }),
    get,
    list: () => [...entries.values()],
    changed: (id) => announce(get(id)),
    close,
    async forget(id) {
      await close(id);
      await recents.forget(id);
      await thumbnails.remove(id);
      events.publish({ type: 'projects' });
    },
    async recent() {
      return Promise.all(
        (await recents.list()).map(async (project) => {
          const isOpen = entries.has(project.id);
          return recentProject(project, {
            ...(isOpen
              ? (statusOfJobs(options.jobsOf(project.id)) ?? statusOfOpen(project))
              : await statusOnDisk(project)),
            hasThumbnail: (isOpen && project.segments !== null) || (await thumbnails.has(project.id)),
          });
        }),
      );
    },
    async thumbnail(id) {
      const entry = entries.get(id);
      return entry === undefined ? thumbnails.read(id) : thumbnails.draw(entry);
    },
    async closeAll() {
      for (const id of [...entries.keys()])
        await close(id).catch((error: unknown) => options.log.error(`Closing project ${id}`, error));
    },
  };
}

/** A project says itself that it is one to be thrown away: no other folder is ever deleted. */
function isCheck({ project }: OpenProject): boolean {
  return readSetting(project.database, PURPOSE) === 'check';
}
