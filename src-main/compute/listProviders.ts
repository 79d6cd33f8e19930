import { z } from 'zod';

import { PROVIDERS, candidates, wayTo } from './providers.ts';
import type { Provider } from './providers.ts';

/** An execution provider of this platform, and whether it can be had. */
export const providerListSchema = z.array(
  z.object({ name: z.enum(PROVIDERS), available: z.boolean(), detail: z.string() }),
);
export type ListedProvider = z.infer<typeof providerListSchema>[number];

/**
 * Tries every provider of a platform, best first.
 *
 * @param start starts a session with a provider and throws where that fails
 * @param describe the reason of such a failure as a sentence
 */
export async function listProviders(
  platform: NodeJS.Platform,
  start: (provider: Provider) => Promise<void>,
  describe: (error: unknown) => string,
): Promise<ListedProvider[]> {
  const list: ListedProvider[] = [];
  // One after the other: drivers are not made to be loaded side by side.
  for (const name of candidates('auto', platform)) {
    try {
      await start(name);
      list.push({ name, available: true, detail: 'Ready.' });
    } catch (error) {
      list.push({ name, available: false, detail: `${describe(error)} ${wayTo(name)}` });
    }
  }
  return list;
}
