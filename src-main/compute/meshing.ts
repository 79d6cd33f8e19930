import type { BlockInput, EncodedFragment } from '#engine/meshes/blockFragments.ts';
import { createMeshMaker } from '#engine/meshes/meshMaker.ts';
import type { MeshMaker } from '#engine/meshes/meshMaker.ts';
import type { FragmentCounts, MeshCall, MeshServiceConfig } from '#engine/meshes/meshMessages.ts';
import { openWorkerPool } from '#engine/meshes/workerPool.ts';

import { serveRequests } from './serveRequests.ts';

/** Entry of the mesh process of a project: one for as long as the project is open. */
let maker: MeshMaker | undefined;

function makerOf(config: MeshServiceConfig): MeshMaker {
  maker ??= createMeshMaker(
    config,
    openWorkerPool<BlockInput, EncodedFragment[]>(new URL('./meshWorker.ts', import.meta.url), config.threads),
  );
  return maker;
}

serveRequests<MeshCall, Uint8Array, FragmentCounts | null>(async (call, served) => {
  const made = makerOf(call.config);
  if (call.type === 'fragments') return made.fragments(call, served);
  if (call.type === 'refresh') await made.refresh();
  return null;
});
