import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { hashParameters } from '#engine/jobs/markers.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { errorCode } from '#volumes/fileErrors.ts';

/** Beside the levels of a pyramid: what it was made from. */
export const ORIGIN_FILE = 'origin.json';

/** Names the voxels of a source: a pyramid of them stays valid where the file moved, and not where other voxels were chosen. */
export function originOf({ fingerprint, info, region, reading }: SourceVolume): string {
  return hashParameters({ fingerprint, dataset: info.dataset, axes: reading.axes, region });
}

/** True where the pyramid at `path` is complete and was made from the voxels that `origin` names. */
export function isPyramidOf(path: string, origin: string): boolean {
  if (!existsSync(join(path, 'zarr.json'))) return false;
  try {
    return (JSON.parse(readFileSync(join(path, ORIGIN_FILE), 'utf8')) as { origin?: unknown }).origin === origin;
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
