import { benchResultSchema } from '#compute/messages.ts';
import type { BenchResult } from '#compute/messages.ts';
import type { Zyx } from '#domain/geometry.ts';

import { runInCompute } from './computeProcess.ts';
import { DEFAULT_MEMORY_BUDGET_BYTES, networkRequest } from './inferAffinities.ts';
import type { NetworkOptions } from './inferAffinities.ts';

/**
 * Times an inference of a generated volume from store to store in a compute process, and sets it against the bare sum of
 * model runs: `overheadRatio` is wall time over that sum, minus 1.
 *
 * @param options.shape z, y, x; 256^3 when absent
 * @throws as `inferAffinities`
 */
export async function benchInference(
  options: NetworkOptions & { shape?: Zyx; memoryBudgetBytes?: number; signal?: AbortSignal | undefined },
): Promise<BenchResult> {
  const request = {
    type: 'bench',
    ...networkRequest(options),
    shape: options.shape ?? ([256, 256, 256] as const),
    memoryBudgetBytes: options.memoryBudgetBytes ?? DEFAULT_MEMORY_BUDGET_BYTES,
  } as const;
  return benchResultSchema.parse(await runInCompute(request, { signal: options.signal }));
}
