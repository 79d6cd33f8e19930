import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { z } from 'zod';

import { errorCode, withFileErrors } from '#volumes/fileErrors.ts';

/**
 * The value in a small JSON file of ours. A file that is damaged is put aside under '.damaged' and the defaults are taken: a program that
 * does not start for the sake of its preferences would be worse.
 *
 * @param parse makes the value of whatever was stored; undefined where there was no file
 */
export async function readJsonFile<T>(
  path: string,
  parse: (stored: unknown) => T,
  onDamaged: (path: string, cause: unknown) => void,
): Promise<T> {
  const text = await withFileErrors(`Reading ${path}`, () =>
    readFile(path, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }),
  );
  if (text === undefined) return parse(undefined);
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    await rename(path, `${path}.damaged`).catch(() => undefined);
    onDamaged(path, cause);
    return parse(undefined);
  }
}

/** Replaces the file as a whole: a reader and a power cut find the old or the new one. @throws FascicleError 'storage' */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await withFileErrors(`Writing ${path}`, async () => {
    await mkdir(dirname(path), { recursive: true });
    // Two engines of one user may write at the same time: each has a name of its own.
    const partial = `${path}.${process.pid}.partial`;
    const file = await open(partial, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  });
}

/** What was stored, value by value: one that another version of the program wrote and this one does not know costs that value alone. */
export function knownValues(schema: z.ZodObject, stored: unknown): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const [name, valueSchema] of Object.entries(schema.shape)) {
    const value = (valueSchema as z.ZodType).safeParse((stored as Record<string, unknown> | null | undefined)?.[name]);
    if (value.success && value.data !== undefined) known[name] = value.data;
  }
  return known;
}
