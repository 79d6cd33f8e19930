import { inferProgressSchema } from '#compute/messages.ts';
import type { ComputeRequest, InferProgress } from '#compute/messages.ts';
import { runInChild } from '#engine/jobs/childJob.ts';

const ENTRY = new URL('../../compute/inference.ts', import.meta.url);

/**
 * Runs one request in a compute process of its own and ends it.
 *
 * @returns the answer, to be parsed with the schema that belongs to the request
 * @throws as `runInChild`; what the request itself throws
 */
export function runInCompute(
  request: ComputeRequest,
  options: { signal?: AbortSignal | undefined; onProgress?: ((progress: InferProgress) => void) | undefined } = {},
): Promise<unknown> {
  const { signal, onProgress } = options;
  return runInChild<ComputeRequest, unknown, unknown>(ENTRY, request, {
    signal,
    onProgress: (progress) => onProgress?.(inferProgressSchema.parse(progress)),
  });
}
