import { stat } from 'node:fs/promises';

import { hashParameters, openMarkers } from '#engine/jobs/markers.ts';
import type { MarkerStore } from '#engine/jobs/markers.ts';
import type { VolumeInfo } from '#volumes/volume.ts';

/**
 * What the source is, as far as it can be told without reading it: path, dataset, shape, type, and the size and time of
 * the file. A volume that was changed in between gets another fingerprint; for a folder the time is that of the folder.
 */
export async function fingerprintOf(info: VolumeInfo): Promise<object> {
  const { source, format, dataset, shape, channels, type } = info;
  const path = dataset !== null && source.endsWith(`:${dataset}`) ? source.slice(0, -dataset.length - 1) : source;
  const file = await stat(path).then(
    ({ size, mtimeMs }) => ({ size, mtimeMs }),
    () => null,
  );
  return { source, format, dataset, shape, channels, type, file };
}

/**
 * A decision that is made once per job and kept in its folder: the stored value if it was decided for the same inputs,
 * else what `decide` gives. The value is plain JSON.
 */
export async function frozen<T>(
  directory: string,
  name: string,
  inputs: unknown,
  decide: () => Promise<T>,
): Promise<T> {
  const store = markersFor(directory, inputs);
  const stored = await store.read<T>(name);
  if (stored !== undefined) return stored;
  const value = await decide();
  await store.markDone(name, value);
  return value;
}

/** The completion markers of a job: valid only for the same parameters, which must name all that decides the results. */
export function markersFor(directory: string, parameters: unknown): MarkerStore {
  return openMarkers(directory, hashParameters(parameters));
}
