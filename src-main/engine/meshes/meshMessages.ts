import type { MeshLevel } from './meshLevels.ts';
import type { SupervoxelBoxes } from './blockTasks.ts';

/** What the mesh process of a project works with; the same in every request. */
export interface MeshServiceConfig {
  /** Folder of the supervoxels' OME-Zarr volume. */
  readonly supervoxels: string;
  /** File of the fragment cache, or null to keep fragments in memory only. */
  readonly cacheFile: string | null;
  readonly diskBytes: number;
  readonly memoryBytes: number;
  /** Blocks that are meshed at the same time. */
  readonly threads: number;
}

/** Asks for the fragments of supervoxels at a level. */
export interface FragmentsCall extends SupervoxelBoxes {
  readonly type: 'fragments';
  readonly config: MeshServiceConfig;
  readonly level: MeshLevel;
  /** One surface around all supervoxels together, under the lowest of their ids; never cached. */
  readonly joined: boolean;
  /** False only fills the cache. */
  readonly deliver: boolean;
}

/** Starts the process ahead of the first request, or forgets voxels that have changed on disk. */
export interface PrepareCall {
  readonly type: 'warm' | 'refresh';
  readonly config: MeshServiceConfig;
}

export type MeshCall = FragmentsCall | PrepareCall;

/** What a request for fragments came to. */
export interface FragmentCounts {
  readonly fragments: number;
  /** Of `fragments`, those that were in the cache. */
  readonly cached: number;
  readonly bytes: number;
}
