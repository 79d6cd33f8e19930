import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { drawThumbnail } from '#engine/export/projectThumbnail.ts';
import { errorCode } from '#volumes/fileErrors.ts';

import type { OpenProject } from './projectRegistry.ts';

/** Small pictures of projects, in the cache folder of the user: what is lost is drawn again. */
export interface Thumbnails {
  has(id: string): Promise<boolean>;
  /** The last picture of a project that may be closed. @throws FascicleError 'not-found' */
  read(id: string): Promise<Uint8Array>;
  /** The picture of an open project as it is now. @throws FascicleError 'not-found' before there is a segmentation */
  draw(project: OpenProject): Promise<Uint8Array>;
  remove(id: string): Promise<void>;
}

/** @param directory the cache folder of the user */
export function createThumbnails(directory: string): Thumbnails {
  const folder = join(directory, 'thumbnails');
  const pathOf = (id: string) => join(folder, `${id}.png`);
  /** What was drawn in this life of the engine, by what it shows. */
  const drawn = new Map<string, { key: string; png: Promise<Uint8Array> }>();

  const drawAndKeep = async ({ id, project }: OpenProject): Promise<Uint8Array> => {
    const png = await drawThumbnail(project);
    await mkdir(folder, { recursive: true });
    await writeFile(`${pathOf(id)}.${process.pid}.partial`, png);
    await rename(`${pathOf(id)}.${process.pid}.partial`, pathOf(id));
    return png;
  };
  return {
    has: (id) =>
      stat(pathOf(id)).then(
        () => true,
        () => false,
      ),
    read: (id) =>
      readFile(pathOf(id)).catch((cause: unknown) => {
        if (errorCode(cause) !== 'ENOENT') throw cause;
        throw new FascicleError('not-found', 'There is no picture of this project yet.', { cause });
      }),
    async draw(open) {
      const { revision, segmentation } = await open.info();
      const key = JSON.stringify([revision, segmentation]);
      const known = drawn.get(open.id);
      if (known?.key === key) return known.png;
      const png = drawAndKeep(open);
      drawn.set(open.id, { key, png });
      png.catch(() => drawn.delete(open.id));
      return png;
    },
    async remove(id) {
      drawn.delete(id);
      await rm(pathOf(id), { force: true });
    },
  };
}
