import { FascicleError } from '#domain/errors.ts';

/**
 * Refuses ground truth of which nothing counts: all figures of nothing are 0, which reads as perfect.
 *
 * @param counted voxels, or whatever else there is only where a voxel counts
 * @param minSize voxels; smaller objects do not count
 * @throws FascicleError 'bad-request'
 */
export function requireTruth(counted: number, source: string, minSize: number): void {
  if (counted > 0) return;
  throw new FascicleError(
    'bad-request',
    `${source} has no voxel to compare with: it holds 0 everywhere, or no id with ${minSize} voxels or more.`,
  );
}
