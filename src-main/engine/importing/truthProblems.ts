import { boxShape } from '#domain/geometry.ts';
import { isFascicleError } from '#domain/errors.ts';
import { openTruth } from '#engine/metrics/truthVolume.ts';

import type { SourcesSeen } from './lookAtSources.ts';

/** What keeps labels from being compared with a new project, in words; none of their voxels is read. */
export async function truthProblems(
  source: string | null,
  { region, main }: Pick<SourcesSeen, 'region' | 'main'>,
): Promise<string[]> {
  if (source === null) return [];
  const frame = { shape: boxShape(region), region, sourceShape: main.shape };
  try {
    await (await openTruth({ source, components: false, offset: null }, frame, 'look')).close();
    return [];
  } catch (error) {
    if (!isFascicleError(error)) throw error;
    return [error.message];
  }
}
