import type { Project } from '#engine/project/project.ts';

import { openMeshes } from './openMeshes.ts';
import type { MeshSource } from './openMeshes.ts';

/** The meshes of an open project, opened at the first request: a project may have no supervoxels yet. */
export interface LazyMeshes {
  /** @throws as `openMeshes`; it is tried again at the next call */
  open(): Promise<MeshSource>;
  /** Call it when voxels of the supervoxels have changed. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export function createLazyMeshes(project: Project): LazyMeshes {
  let opened: Promise<MeshSource> | null = null;
  return {
    open() {
      if (opened !== null) return opened;
      const opening = openMeshes(project);
      opened = opening;
      opening.catch(() => (opened = null));
      return opening;
    },
    async refresh() {
      await (await opened?.catch(() => null))?.refresh();
    },
    async close() {
      const source = await opened?.catch(() => null);
      await source?.close();
    },
  };
}
