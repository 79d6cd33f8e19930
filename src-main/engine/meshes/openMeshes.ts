import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { openChildService } from '#engine/jobs/childService.ts';
import type { Project } from '#engine/project/project.ts';
import { openOmeZarr } from '#volumes/zarr/index.ts';

import type { SupervoxelBoxes } from './blockTasks.ts';
import { estimateSeconds } from './estimateSeconds.ts';
import { meshLevels } from './meshLevels.ts';
import type { MeshLevel } from './meshLevels.ts';
import type { FragmentCounts, MeshCall, MeshServiceConfig } from './meshMessages.ts';
import { partsOf } from './partsOf.ts';
import { readSupervoxelBoxes } from './supervoxelBoxes.ts';

/** The meshes of an open project. The owner closes it before the project. */
export interface MeshSource {
  /** Finest first. */
  readonly levels: readonly MeshLevel[];
  /**
   * The levels at which a set of supervoxels is best shown: `first` soon, `full` as fine as it still comes quickly.
   *
   * @throws FascicleError 'not-found' for an unknown supervoxel
   */
  chooseLevels(supervoxels: Uint32Array): { readonly first: number; readonly full: number };
  /**
   * Encoded fragments (meshFragments.ts) of supervoxels at a level, any number of whole records at a time: what is cached
   * first, then block by block. A supervoxel that is too small for the level has none. Stopping to read cancels the work.
   *
   * @param options.joined one surface around all of them instead, without the walls and grooves between them and with what is
   *   too small alone; its fragments have the lowest of the ids and are not cached
   * @throws FascicleError 'bad-request' for an unknown level, 'not-found' for an unknown supervoxel, 'cancelled', 'internal'
   *   where the mesh process died (the next call starts it again)
   */
  fragments(
    supervoxels: Uint32Array,
    level: number,
    options?: { readonly signal?: AbortSignal | undefined; readonly joined?: boolean },
  ): AsyncGenerator<Uint8Array, FragmentCounts>;
  /** Fills the cache with the fragments of supervoxels, see `buildMeshes`. */
  fill(table: SupervoxelBoxes, level: number, options?: { signal?: AbortSignal | undefined }): Promise<FragmentCounts>;
  /** Call it when voxels of the supervoxels' volume or its pyramid have changed. */
  refresh(): Promise<void>;
  /** The mesh process while it runs. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

export interface MeshOptions {
  /** Blocks that are meshed at the same time; the processors when absent. */
  readonly threads?: number;
  /** Encoded fragments kept in memory; 128 MiB when absent. */
  readonly memoryBytes?: number;
  /** Encoded fragments kept in the project's folder; 4 GiB when absent. */
  readonly diskBytes?: number;
}

/**
 * What making the two versions of a segment may cost, seconds of processor time by `estimateSeconds`: on two processors about
 * 0.2 s and 1.5 s.
 */
const FIRST_SECONDS = 0.3;
const FULL_SECONDS = 2.5;

const ENTRY = new URL('../../compute/meshing.ts', import.meta.url);

/**
 * Opens the meshes of a project and starts the process that makes them.
 *
 * @throws FascicleError 'not-found' where the project has no supervoxels yet
 */
export async function openMeshes(project: Project, options: MeshOptions = {}): Promise<MeshSource> {
  const { paths, database, readOnly } = project;
  if (!existsSync(join(paths.supervoxels, 'zarr.json')))
    throw new FascicleError('not-found', `${paths.directory} has no supervoxels yet. Segment the volume first.`);
  const store = await openOmeZarr(paths.supervoxels);
  const levels = meshLevels(store.levels);
  await store.close();
  const config: MeshServiceConfig = {
    supervoxels: paths.supervoxels,
    cacheFile: readOnly ? null : join(paths.directory, 'meshes', 'fragments.sqlite'),
    diskBytes: options.diskBytes ?? 4 * 2 ** 30,
    memoryBytes: options.memoryBytes ?? 128 * 2 ** 20,
    threads: options.threads ?? availableParallelism(),
  };
  const service = openChildService<MeshCall, Uint8Array, FragmentCounts>(ENTRY, {
    name: 'The mesh process',
    wayOut: 'Select the segment again; if it happens again, hide that segment in 3D and report it.',
  });
  // So that the first segment does not wait for a process to start; a failure shows with the first request.
  service.request({ type: 'warm', config }).catch(() => undefined);

  function levelAt(level: number): MeshLevel {
    const found = levels[level];
    if (found === undefined)
      throw new FascicleError(
        'bad-request',
        `There is no mesh level ${level}; accepted: 0 (finest) to ${levels.length - 1}.`,
      );
    return found;
  }

  return {
    levels,
    chooseLevels(supervoxels) {
      const table = readSupervoxelBoxes(database, supervoxels);
      const within = (seconds: number): number => {
        const level = levels.findIndex((candidate) => estimateSeconds(candidate, table) <= seconds);
        return level < 0 ? levels.length - 1 : level;
      };
      return { first: within(FIRST_SECONDS), full: within(FULL_SECONDS) };
    },
    async *fragments(supervoxels, level, { signal, joined = false } = {}) {
      const call: MeshCall = {
        type: 'fragments',
        config,
        level: levelAt(level),
        joined,
        deliver: true,
        ...readSupervoxelBoxes(database, supervoxels),
      };
      return yield* partsOf(signal, (inner, onPart) => service.request(call, { signal: inner, onPart }));
    },
    fill: (table, level, { signal } = {}) =>
      service.request(
        { type: 'fragments', config, level: levelAt(level), joined: false, deliver: false, ...table },
        { signal },
      ),
    async refresh() {
      if (service.pid !== undefined) await service.request({ type: 'refresh', config });
    },
    get pid() {
      return service.pid;
    },
    close: () => service.close(),
  };
}
