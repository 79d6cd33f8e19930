import { providerListSchema } from '#compute/listProviders.ts';
import type { ListedProvider } from '#compute/listProviders.ts';
import { runInChild } from '#engine/jobs/childJob.ts';
import type { Log } from '#engine/user/log.ts';

const ENTRY = new URL('../../compute/providerProbe.ts', import.meta.url);

/**
 * What runs networks on this machine, best first. A compute process is asked once, when it is first wanted: drivers are loaded for it,
 * which may take seconds or end that process.
 */
export function createProviderList(log: Log): () => Promise<readonly ListedProvider[]> {
  let asked: Promise<readonly ListedProvider[]> | null = null;
  return () => {
    asked ??= runInChild(ENTRY, {})
      .then((answer) => providerListSchema.parse(answer))
      .catch((error: unknown) => {
        asked = null;
        log.error('Asking for execution providers', error);
        return [];
      });
    return asked;
  };
}
