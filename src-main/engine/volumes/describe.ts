import { isFascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';

/** One dataset, array or level of a file, as `fascicle info` shows it. JSON-able. */
export interface DatasetDescription {
  /** What stands after ':' to open it; '' where the file holds one volume only. */
  readonly name: string;
  /** z, y, x; null where it cannot be read as a volume. */
  readonly shape: Zyx | null;
  readonly channels: number | null;
  readonly type: string;
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** The stored axes, slowest first; null where they are not known. */
  readonly axes: string | null;
  readonly storedShape: readonly number[];
  /** The unit of storage in stored order; null where the voxels lie in one piece. */
  readonly storedChunks: readonly number[] | null;
  /** Compression and other filters, in the format's own words. */
  readonly filters: readonly string[];
}

/** What a path holds. JSON-able. */
export interface VolumeDescription {
  readonly path: string;
  readonly format: string;
  readonly datasets: readonly DatasetDescription[];
  /** The name of the dataset that opens where none is named; null where one must be named. */
  readonly opens: string | null;
  /** Why nothing opens by default. */
  readonly problem: string | null;
}

/** Which dataset opens by default, or why none does. */
export function describeChoice(choose: () => string): Pick<VolumeDescription, 'opens' | 'problem'> {
  try {
    return { opens: choose(), problem: null };
  } catch (error) {
    if (!isFascicleError(error)) throw error;
    return { opens: null, problem: error.message };
  }
}
