import { FascicleError } from '#domain/errors.ts';

import type { VolumeRole } from '../volume.ts';
import { isVolumeEntry, type Hdf5Entry } from './catalogue.ts';

/** Names in use for each kind of volume, the most specific convention first. */
const WELL_KNOWN: Readonly<Record<VolumeRole, readonly string[]>> = {
  image: ['raw', 'volumes/raw', 'main', 'image', 'data', 'exported_data'],
  labels: ['labels', 'volumes/labels/neuron_ids', 'segmentation', 'volumes/segmentation', 'main', 'exported_data'],
  affinities: ['affinities', 'affs', 'volumes/affinities', 'volumes/pred_affs', 'main'],
};

/**
 * The dataset that is opened where the user names none: the only one that can be a volume, or the one with a
 * well-known name for the role. Throws 'ambiguous' with the candidates where neither decides.
 */
export function chooseDataset(entries: readonly Hdf5Entry[], role: VolumeRole, path: string): Hdf5Entry {
  const candidates = entries.filter(isVolumeEntry);
  if (candidates.length === 0)
    throw new FascicleError(
      'bad-file',
      `${path} holds no volume. Found: ${summarise(entries)}. Accepted: a dataset of integers or floats with 2 to 5 axes.`,
    );
  if (candidates.length === 1) return candidates[0]!;
  for (const name of WELL_KNOWN[role]) {
    const entry = candidates.find((candidate) => candidate.dataset === name);
    if (entry !== undefined) return entry;
  }
  throw new FascicleError(
    'ambiguous',
    `${path} holds several datasets and none has a well-known name for ${role} (${WELL_KNOWN[role].join(', ')}). ` +
      `Found: ${summarise(candidates)}. Name one after a colon: ${path}:/${candidates[0]!.dataset}`,
  );
}

/** The dataset of that path, or an error that lists those there are. */
export function findDataset(entries: readonly Hdf5Entry[], dataset: string, path: string): Hdf5Entry {
  const name = dataset.replace(/^\/+|\/+$/g, '');
  const entry = entries.find((candidate) => candidate.dataset === name);
  if (entry === undefined)
    throw new FascicleError('not-found', `${path} has no dataset '${name}'. Found: ${summarise(entries)}.`);
  if (!isVolumeEntry(entry))
    throw new FascicleError(
      'unsupported',
      `The dataset '${name}' of ${path} cannot be read as a volume: its type is ${entry.storedType} and its shape ` +
        `${entry.storedShape.join(' x ') || 'empty'}. Accepted: integers of 8 to 64 bits, float32 and float64, with 2 to 5 axes.`,
    );
  return entry;
}

function summarise(entries: readonly Hdf5Entry[]): string {
  const shown = entries.slice(0, 12).map((e) => `/${e.dataset} (${e.storedShape.join(' x ')}, ${e.type ?? e.storedType})`);
  if (entries.length > shown.length) shown.push(`and ${entries.length - shown.length} more`);
  return shown.join(', ') || 'no datasets';
}
