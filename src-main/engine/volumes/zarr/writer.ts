import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { FascicleError } from '#domain/errors.ts';

import { partialPath, removePartial, syncPath, syncTree } from '../atomicFile.ts';
import { asFileError, withFileErrors } from '../fileErrors.ts';
import type { VolumeWriter } from '../volume.ts';
import { isZarr } from './hierarchy.ts';
import { createOmeZarr, type OmeZarrOptions, type OmeZarrSpec } from './omeZarrStore.ts';

/**
 * Writes a whole OME-Zarr volume under the name `<path>.partial`. `finish` computes the coarser levels, syncs every file
 * and moves the folder to `path`; a Zarr folder that was there is replaced, anything else is refused.
 */
export async function createOmeZarrVolume(
  path: string,
  spec: OmeZarrSpec,
  options: OmeZarrOptions = {},
): Promise<VolumeWriter> {
  if (existsSync(path) && !isZarr(path))
    throw new FascicleError(
      'storage',
      `${path} exists and is not a Zarr folder; it is not replaced. Choose another name.`,
    );
  await withFileErrors(`Writing ${path}`, () => removePartial(path));
  const store = await createOmeZarr(partialPath(path), spec, options).catch(async (error: unknown) => {
    await removePartial(path).catch(() => undefined);
    throw error;
  });
  const discard = async (): Promise<void> => {
    await store.close();
    await removePartial(path);
  };
  return {
    chunkShape: store.info.chunkShape,
    write: (box, voxels, writeOptions) => store.write(box, voxels, writeOptions),
    discard,
    async finish() {
      try {
        await store.buildLevels();
        await store.close();
        await syncTree(partialPath(path));
        await replaceFolder(path);
      } catch (error) {
        await discard();
        throw asFileError(error, `Writing ${path}`);
      }
    },
  };
}

async function replaceFolder(path: string): Promise<void> {
  const replaced = `${path}.replaced`;
  await rm(replaced, { recursive: true, force: true });
  if (existsSync(path)) await rename(path, replaced);
  await rename(partialPath(path), path);
  await syncPath(dirname(path) || '.');
  await rm(replaced, { recursive: true, force: true });
}
