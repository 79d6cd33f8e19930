import type { ProjectInfo, RecentProject } from '#contract/routes/projects.ts';
import type { Project } from '#engine/project/project.ts';

import type { ProjectParts } from './projectParts.ts';

/** A project that this engine has open, for as many windows as there are. */
export interface OpenProject extends Omit<ProjectParts, 'close'> {
  /** Stable for a folder: a hash of its real path. */
  readonly id: string;
  readonly project: Project;
  /** As it is now; read from the database each time. */
  info(): Promise<ProjectInfo>;
}

/** The projects that are open, and those that were. */
export interface ProjectRegistry {
  /**
   * Opens the project in a folder, or gives the open one.
   *
   * @param options.readOnly opens beside another program that writes to it
   * @throws FascicleError 'not-found', 'bad-file', 'conflict' (another program writes to it, or a newer one wrote it)
   */
  open(directory: string, options?: { readOnly?: boolean }): Promise<OpenProject>;
  /**
   * Makes a project in a new or an empty folder and opens it.
   *
   * @throws FascicleError 'bad-request' for a folder that holds other things or a project already, 'storage'
   */
  create(directory: string): Promise<OpenProject>;
  /** The open project of an id. @throws FascicleError 'not-found' */
  get(id: string): OpenProject;
  list(): readonly OpenProject[];
  /** Says in an event that what `info` gives has changed. Call it after a job has filled the project. */
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
