import { createMeshFragmentDecoder } from '#contract/meshFragments.ts';
import type { MeshFragment } from '#contract/meshFragments.ts';
import { api } from '#contract/api.ts';
import { addressOf } from '#contract/client.ts';
import type { Client } from '#contract/client.ts';

/**
 * The surfaces of supervoxels at a level, as they arrive.
 *
 * @throws ApiError, FascicleError 'bad-file' for damaged bytes
 */
export async function fetchFragments(
  client: Pick<Client, 'fetch'>,
  project: string,
  supervoxels: Uint32Array<ArrayBuffer>,
  level: number,
  signal: AbortSignal,
): Promise<Map<number, MeshFragment[]>> {
  const route = api.segments.meshes;
  const answer = await client.fetch(addressOf(route, { params: { project }, query: { level } }), {
    method: route.method,
    headers: { 'content-type': 'application/octet-stream' },
    body: supervoxels,
    signal,
  });
  const found = new Map<number, MeshFragment[]>(Array.from(supervoxels, (id) => [id, []]));
  const decoder = createMeshFragmentDecoder();
  const reader = answer.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const fragment of decoder.push(value)) found.get(fragment.supervoxel)?.push(fragment);
  }
  decoder.finish();
  return found;
}
