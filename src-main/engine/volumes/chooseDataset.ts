import { FascicleError } from '#domain/errors.ts';

import type { VolumeRole, VoxelType } from './volume.ts';

/** What the choice between the datasets of a file rests on. */
export interface DatasetCandidate {
  /** Path in the file, without a leading slash. */
  readonly dataset: string;
  readonly storedShape: readonly number[];
  /** null where the voxels are of a kind that no volume has (text, compound, half float). */
  readonly type: VoxelType | null;
  /** The type as the file names it. */
  readonly storedType: string;
}

/** Names in use for each kind of volume, the most specific convention first. */
const WELL_KNOWN: Readonly<Record<VolumeRole, readonly string[]>> = {
  image: ['raw', 'volumes/raw', 'main', 'image', 'data', 'exported_data'],
  labels: ['labels', 'volumes/labels/neuron_ids', 'segmentation', 'volumes/segmentation', 'main', 'exported_data'],
  affinities: ['affinities', 'affs', 'volumes/affinities', 'volumes/pred_affs', 'main'],
};

/** True for the datasets that can be a volume. */
export function canBeVolume(entry: DatasetCandidate): boolean {
  const { length } = entry.storedShape;
  return entry.type !== null && length >= 2 && length <= 5 && entry.storedShape.every((extent) => extent > 0);
}

/**
 * The dataset that is opened where the user names none: the only one that can be a volume, or the one with a
 * well-known name for the role. Throws 'ambiguous' with the candidates where neither decides.
 */
export function chooseDataset<T extends DatasetCandidate>(entries: readonly T[], role: VolumeRole, path: string): T {
  const candidates = entries.filter(canBeVolume);
  if (candidates.length === 0)
    throw new FascicleError(
      'bad-file',
      `${path} holds no volume. Found: ${summarise(entries)}. Accepted: a dataset of integers or floats with 2 to 5 axes, none of them empty.`,
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
export function findDataset<T extends DatasetCandidate>(entries: readonly T[], dataset: string, path: string): T {
  const name = dataset.replace(/^\/+|\/+$/g, '');
  const entry = entries.find((candidate) => candidate.dataset === name);
  if (entry === undefined)
    throw new FascicleError('not-found', `${path} has no dataset '${name}'. Found: ${summarise(entries)}.`);
  requireVolume(entry, path);
  return entry;
}

/** Throws where the dataset cannot be a volume. */
export function requireVolume(entry: DatasetCandidate, path: string): void {
  if (canBeVolume(entry)) return;
  throw new FascicleError(
    'unsupported',
    `The dataset '${entry.dataset}' of ${path} cannot be read as a volume: its type is ${entry.storedType} and its shape ` +
      `${entry.storedShape.join(' x ') || 'empty'}. Accepted: integers of 8 to 64 bits, float32 and float64, with 2 to 5 ` +
      `axes, none of them empty.`,
  );
}

function summarise(entries: readonly DatasetCandidate[]): string {
  const shown = entries
    .slice(0, 12)
    .map((e) => `/${e.dataset} (${e.storedShape.join(' x ')}, ${e.type ?? e.storedType})`);
  if (entries.length > shown.length) shown.push(`and ${entries.length - shown.length} more`);
  return shown.join(', ') || 'no datasets';
}
