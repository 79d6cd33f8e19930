import { api } from '#contract/api.ts';
import { addressOf } from '#contract/client.ts';
import type { Client } from '#contract/client.ts';
import { createMeshFragmentDecoder } from '#contract/meshFragments.ts';
import type { MeshFragment } from '#contract/meshFragments.ts';

export interface FragmentRequest {
  readonly project: string;
  readonly supervoxels: Uint32Array<ArrayBuffer>;
  readonly level: 'first' | 'full';
  /** One surface around all of them; else each has its own. */
  readonly joined: boolean;
}

/**
 * The surfaces of supervoxels.
 *
 * @throws ApiError, FascicleError 'bad-file' for damaged bytes
 */
export async function fetchFragments(
  client: Pick<Client, 'fetch'>,
  { project, supervoxels, level, joined }: FragmentRequest,
  signal: AbortSignal,
): Promise<MeshFragment[]> {
  const route = api.segments.meshes;
  const answer = await client.fetch(addressOf(route, { params: { project }, query: { level, joined } }), {
    method: route.method,
    headers: { 'content-type': 'application/octet-stream' },
    body: supervoxels,
    signal,
  });
  const decoder = createMeshFragmentDecoder();
  const reader = answer.body!.getReader();
  const fragments: MeshFragment[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    fragments.push(...decoder.push(value));
  }
  decoder.finish();
  return fragments;
}
