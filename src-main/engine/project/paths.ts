import { join } from 'node:path';

/** Where the parts of a project lie, in its folder. */
export function projectPaths(directory: string) {
  return {
    directory,
    database: join(directory, 'project.sqlite'),
    lock: join(directory, 'project.lock'),
    affinities: join(directory, 'affinities.zarr'),
    foreground: join(directory, 'foreground.zarr'),
    supervoxels: join(directory, 'supervoxels.zarr'),
    /** Coarser levels of affinities and foreground, for looking at them from afar; absent until they are made, or where one chunk holds all. */
    coarseAffinities: join(directory, 'affinities.coarse.zarr'),
    coarseForeground: join(directory, 'foreground.coarse.zarr'),
    /** The raw image as a pyramid for viewing; absent where it was not made, or where the source is one already. */
    raw: join(directory, 'raw.zarr'),
    /** What was said while jobs ran, a file for each. */
    logs: join(directory, 'logs'),
    /** What a window showed when it was left; absent until one did. */
    view: join(directory, 'view.json'),
    /** Copies of the database, see safety/backups.ts. */
    backups: join(directory, 'backups'),
    /** Block results of unfinished jobs; empty when no job is under way. */
    work: join(directory, 'work'),
  } as const;
}

export type ProjectPaths = ReturnType<typeof projectPaths>;
