import { readFile, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { z } from 'zod';

const eventsSchema = z.array(
  z.object({ cat: z.string().optional(), args: z.object({ provider: z.string().optional() }).optional() }),
);

/**
 * The share of graph operators that each provider executed, from the profile that ONNX Runtime writes: the only place
 * where it tells. Copies between memories are not counted. Removes the file.
 *
 * @param prefix the `profileFilePrefix` of the session, in a folder of its own
 * @returns provider names in lower case without the suffix, such as `cpu`, and shares that add up to 1
 */
export async function readNodeShare(prefix: string): Promise<Record<string, number>> {
  const counts = new Map<string, number>();
  let total = 0;
  for (const name of await readdir(dirname(prefix))) {
    if (!name.startsWith(basename(prefix))) continue;
    const path = join(dirname(prefix), name);
    for (const event of eventsSchema.parse(JSON.parse(await readFile(path, 'utf8')))) {
      const provider = event.cat === 'Node' ? event.args?.provider : undefined;
      if (!provider) continue;
      const short = provider.replace('ExecutionProvider', '').toLowerCase();
      counts.set(short, (counts.get(short) ?? 0) + 1);
      total++;
    }
    await rm(path);
  }
  return Object.fromEntries([...counts].map(([provider, count]) => [provider, count / total]));
}
