import { readFile, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { z } from 'zod';

const eventsSchema = z.array(
  z.object({ cat: z.string().optional(), args: z.object({ provider: z.string().optional() }).optional() }),
);

/**
 * The number of graph operators that each provider executed, from the profile that ONNX Runtime writes: the only place
 * where it tells. Copies between memories are not counted. Removes the file.
 *
 * @param prefix the `profileFilePrefix` of the session, in a folder of its own
 * @returns provider names in lower case without the suffix, such as `cpu`, and numbers of operators
 */
export async function readNodeCounts(prefix: string): Promise<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of await readdir(dirname(prefix))) {
    if (!name.startsWith(basename(prefix))) continue;
    const path = join(dirname(prefix), name);
    for (const event of eventsSchema.parse(JSON.parse(await readFile(path, 'utf8')))) {
      const provider = event.cat === 'Node' ? event.args?.provider : undefined;
      if (!provider) continue;
      const short = provider.replace('ExecutionProvider', '').toLowerCase();
      counts.set(short, (counts.get(short) ?? 0) + 1);
    }
    await rm(path);
  }
  return Object.fromEntries(counts);
}

/** Each provider's share of the operators; the shares add up to 1. */
export function sharesOf(counts: Readonly<Record<string, number>>): Record<string, number> {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return Object.fromEntries(Object.entries(counts).map(([provider, count]) => [provider, count / total]));
}
