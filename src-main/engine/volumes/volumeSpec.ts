import { existsSync } from 'node:fs';

import { FascicleError } from '#domain/errors.ts';

import type { OpenOptions } from './volume.ts';

/** A volume as users name it: a path, and what stands after a colon. */
export interface VolumeSpec {
  readonly path: string;
  /** Without a leading slash; null where the user named none. */
  readonly dataset: string | null;
}

/**
 * Splits 'file.h5:/group/dataset'. A path that exists as it stands is taken whole, so that colons in names and drive
 * letters do no harm; otherwise the last colon after which the path exists divides, and failing that the last ':/'.
 */
export function parseVolumeSpec(spec: string, exists: (path: string) => boolean = existsSync): VolumeSpec {
  if (exists(spec)) return { path: spec, dataset: null };
  for (let colon = spec.lastIndexOf(':'); colon > 0; colon = spec.lastIndexOf(':', colon - 1)) {
    const path = spec.slice(0, colon);
    if (exists(path)) return { path, dataset: datasetName(spec.slice(colon + 1)) };
  }
  // 'C:/data/a.h5' is a path: a drive letter never divides.
  const divider = spec.lastIndexOf(':/');
  return divider > 1
    ? { path: spec.slice(0, divider), dataset: datasetName(spec.slice(divider + 1)) }
    : { path: spec, dataset: null };
}

/** A volume as users name it: the inverse of `parseVolumeSpec`. An empty dataset is none. */
export function formatVolumeSpec({ path, dataset }: VolumeSpec): string {
  return dataset ? `${path}:/${dataset}` : path;
}

function datasetName(text: string): string | null {
  return text.replace(/^\/+|\/+$/g, '') || null;
}

/**
 * Refuses a dataset name for a format that holds one volume.
 * @param kind what the path is, with its article: 'a TIFF file'
 */
export function refuseDataset(path: string, kind: string, { dataset = null }: OpenOptions): void {
  if (dataset !== null)
    throw new FascicleError(
      'not-found',
      `${path} is ${kind}, which holds one volume and no dataset '${dataset}'. Leave the name out.`,
    );
}
