import { checkResultSchema } from '#compute/messages.ts';
import type { CheckResult } from '#compute/messages.ts';
import { candidates } from '#compute/providers.ts';
import type { Provider } from '#compute/providers.ts';
import { isFascicleError } from '#domain/errors.ts';

import { runInCompute } from './computeProcess.ts';
import { networkRequest } from './inferAffinities.ts';
import type { NetworkOptions } from './inferAffinities.ts';

/**
 * Runs a package's test tensors in a compute process and compares with the expected outputs within the package's
 * tolerance. Weights and test tensors are checked by their sha256 first.
 *
 * @throws as `inferAffinities`; 'bad-file' where a file of the package was changed
 */
export async function checkModel(options: NetworkOptions & { signal?: AbortSignal | undefined }): Promise<CheckResult> {
  const request = { type: 'check', ...networkRequest(options) } as const;
  return checkResultSchema.parse(await runInCompute(request, { signal: options.signal }));
}

/** The check on one provider, or why it cannot be had on this machine. */
export type ProviderCheck =
  | { readonly provider: Provider; readonly result: CheckResult }
  | { readonly provider: Provider; readonly refused: string };

/**
 * Checks a package on every provider that `auto` would try on this platform, one process each, the processor last.
 *
 * @throws as `checkModel`, but a provider that cannot be had is part of the answer
 */
export async function checkModelEverywhere(
  options: Omit<NetworkOptions, 'provider'> & { signal?: AbortSignal | undefined },
): Promise<ProviderCheck[]> {
  const checks: ProviderCheck[] = [];
  for (const provider of candidates('auto', process.platform))
    try {
      checks.push({ provider, result: await checkModel({ ...options, provider }) });
    } catch (error) {
      if (!isFascicleError(error, 'unsupported')) throw error;
      checks.push({ provider, refused: error.message });
    }
  return checks;
}
