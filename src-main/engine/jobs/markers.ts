import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { withFileErrors } from '#volumes/fileErrors.ts';

/**
 * Completion markers of block tasks. A marker says that the outputs of one task are complete and durable for one set of
 * parameters; a task whose marker is missing or names other parameters runs again. Tasks are idempotent, so running
 * one twice is only lost time.
 */
export interface MarkerStore {
  isDone(taskId: string): Promise<boolean>;
  /** The marker's payload, for tasks that leave a small result in it; undefined where the task is not done. */
  read<T>(taskId: string): Promise<T | undefined>;
  /** Call only after the outputs of the task are on disk. */
  markDone(taskId: string, payload?: unknown): Promise<void>;
}

/**
 * Markers in `directory`, valid for `parametersHash` alone.
 *
 * @param parametersHash hash of all that determines the outputs (see `hashParameters`)
 */
export function openMarkers(directory: string, parametersHash: string): MarkerStore {
  const pathOf = (taskId: string) => join(directory, `${taskId}.done.json`);

  async function load(taskId: string): Promise<{ parameters: string; payload: unknown } | undefined> {
    const path = pathOf(taskId);
    if (!existsSync(path)) return undefined;
    try {
      const marker = JSON.parse(await readFile(path, 'utf8'));
      return marker.parameters === parametersHash ? marker : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  return {
    isDone: async (taskId) => (await load(taskId)) !== undefined,
    read: async <T>(taskId: string) => (await load(taskId))?.payload as T | undefined,
    markDone: (taskId, payload = null) =>
      writeFileDurably(pathOf(taskId), JSON.stringify({ parameters: parametersHash, payload })),
  };
}

/** A hash of plain JSON parameters; the order of keys does not matter. */
export function hashParameters(parameters: unknown): string {
  const canonical = JSON.stringify(parameters, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(canonical).digest('hex');
}

/**
 * Writes a file so that a reader sees the old one, or the whole new one, even after a power cut.
 *
 * @throws FascicleError 'storage' when the disk is full or fails; what was written of the file is removed, which gives room back
 */
export async function writeFileDurably(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.partial`;
  await withFileErrors(`Writing ${path}`, async () => {
    await mkdir(dirname(path), { recursive: true });
    try {
      const file = await open(temporary, 'w');
      try {
        await file.writeFile(data);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  });
}
