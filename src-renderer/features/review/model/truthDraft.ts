import type { DatasetInfo, VolumeFile } from '#contract/routes/volumes.ts';
import { boxOfShape, boxShape, intersectBoxes, translateBox, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

/** What a user chose of a file of ground truth, before it is attached. */
export interface TruthDraft {
  readonly path: string;
  /** Those that can be labels. */
  readonly datasets: readonly DatasetInfo[];
  readonly dataset: string;
  readonly components: boolean;
  readonly minSize: number;
  /** Where the first voxel lies in the project, z, y, x; asked for where the shape does not say so. */
  readonly offset: Zyx;
}

/** How a dataset lies in the project. */
export type TruthFit = 'same' | 'source' | 'elsewhere' | 'outside' | 'unknown';

/** The labels of a file, the likeliest chosen; null where it has none. */
export function draftOf({ path, datasets }: VolumeFile): TruthDraft | null {
  const labels = datasets.filter(canBeLabels);
  const chosen = labels.find(({ suggestedUse }) => suggestedUse === 'labels') ?? labels.at(0);
  if (chosen === undefined) return null;
  return { path, datasets: labels, dataset: chosen.name, components: false, minSize: 0, offset: [0, 0, 0] };
}

function canBeLabels({ type, channels, storedShape }: DatasetInfo): boolean {
  return storedShape.length >= 2 && (channels ?? 1) === 1 && /^u?int/.test(type);
}

/**
 * Whether the shape of the dataset says where it lies.
 *
 * @param project shape, and the region of its source that it covers
 */
export function fitOf(
  { datasets, dataset, offset }: TruthDraft,
  project: { readonly shape: Zyx | null; readonly region: Box | null },
): TruthFit {
  const shape = datasets.find(({ name }) => name === dataset)?.shape ?? null;
  if (shape === null || project.shape === null) return 'unknown';
  if (isSame(shape, project.shape)) return 'same';
  const { region } = project;
  // The whole source is not described here: a volume that holds the region may be it, and the engine knows.
  const isPart = region !== null && !isSame(boxShape(region), shape) && shape.every((n, axis) => n >= region.max[axis]);
  if (isPart) return 'source';
  const own = boxOfShape(project.shape);
  const isOutside = voxelCount(boxShape(intersectBoxes(translateBox(boxOfShape(shape), offset), own))) === 0;
  return isOutside ? 'outside' : 'elsewhere';
}

/** As the engine takes it: a path with the dataset after ':' where the file holds several. */
export function sourceOf({ path, dataset }: Pick<TruthDraft, 'path' | 'dataset'>): string {
  return dataset === '' ? path : `${path}:${dataset}`;
}

function isSame(a: Zyx, b: Zyx): boolean {
  return a.every((n, axis) => n === b[axis]);
}
