import type { DatasetInfo, VolumeFile } from '#contract/routes/volumes.ts';

/** What a dataset is to a new project. */
export type DatasetUse = 'image' | 'labels' | 'truth' | 'affinities' | 'ignore';

/** What a user came for: it decides what labels in the file are taken for. */
export type ImportGoal = 'segment' | 'proofread';

/** A dataset of a file that was chosen. A use that a project has once belongs to one entry at most. */
export interface DatasetEntry {
  /** The path, and the dataset's name after ':' where the file holds more than one. */
  readonly spec: string;
  readonly path: string;
  readonly info: DatasetInfo;
  readonly use: DatasetUse;
}

export const USE_LABELS: Readonly<Record<DatasetUse, string>> = {
  image: 'Image',
  labels: 'Labels to proofread',
  truth: 'Ground truth',
  affinities: 'Affinities',
  ignore: 'Not used',
};

/**
 * The datasets of another file beside those that were chosen: labels often lie in one of their own. They take what uses are free.
 */
export function withFile(entries: readonly DatasetEntry[], file: VolumeFile, goal: ImportGoal): DatasetEntry[] {
  const taken = new Set(entries.map(({ use }) => use));
  const added = entriesOf(file, 'proofread').map((entry) => {
    const use = entry.use === 'labels' && goal === 'segment' ? 'truth' : entry.use;
    return { ...entry, use: taken.has(use) ? 'ignore' : use };
  });
  return [...entries, ...added];
}

/** The datasets of a file with the uses that their names and types suggest. */
export function entriesOf(file: VolumeFile, goal: ImportGoal): DatasetEntry[] {
  const entries = file.datasets.map((info) => ({
    spec: info.name === '' ? file.path : `${file.path}:${info.name}`,
    path: file.path,
    info,
    use: 'ignore' as DatasetUse,
  }));
  return entries.reduce<DatasetEntry[]>((all, { spec, info }) => {
    const use = suggestedUse(info, goal);
    return all.some((entry) => entry.use === use) ? all : withUse(all, spec, use);
  }, entries);
}

function suggestedUse(info: DatasetInfo, goal: ImportGoal): DatasetUse {
  if (info.suggestedUse === 'ignore' || !usesOf(info).includes(info.suggestedUse)) return 'ignore';
  if (info.suggestedUse === 'image' || goal === 'proofread') return info.suggestedUse;
  // Labels beside an image that is to be segmented are not what is to be corrected: they say how good it will be.
  return info.suggestedUse === 'labels' ? 'truth' : 'ignore';
}

const VOXEL_TYPE = /^(u?int(8|16|32|64)|float(32|64))$/;

/** The uses that a dataset can have at all, by its type and channels. */
export function usesOf({ type, channels, storedShape }: DatasetInfo): DatasetUse[] {
  // Complex and half-float numbers, texts and empty datasets are listed, and cannot be opened.
  const isVolume = storedShape.length >= 2 && !storedShape.includes(0) && VOXEL_TYPE.test(type);
  const uses: DatasetUse[] = [];
  if (isVolume && (channels ?? 1) === 1) uses.push('image');
  if (isVolume && (channels ?? 1) === 1 && /^u?int/.test(type)) uses.push('labels', 'truth');
  if (isVolume && ((channels ?? 0) >= 3 || (channels === null && storedShape.length === 4))) uses.push('affinities');
  return [...uses, 'ignore'];
}

/** The entries with a use given to one of them, and taken from whichever had it. */
export function withUse(entries: readonly DatasetEntry[], spec: string, use: DatasetUse): DatasetEntry[] {
  return entries.map((entry) => {
    if (entry.spec === spec) return { ...entry, use };
    return use !== 'ignore' && entry.use === use ? { ...entry, use: 'ignore' } : entry;
  });
}

/** The dataset with a use. */
export function entryFor(entries: readonly DatasetEntry[], use: DatasetUse): DatasetEntry | null {
  return entries.find((entry) => entry.use === use) ?? null;
}

/** The dataset whose axes and voxel size are those of the project: the image, else what there is. */
export function mainEntry(entries: readonly DatasetEntry[]): DatasetEntry | null {
  return entryFor(entries, 'image') ?? entryFor(entries, 'labels') ?? entryFor(entries, 'affinities');
}
