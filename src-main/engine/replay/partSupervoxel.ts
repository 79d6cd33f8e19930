import { NO_DECISIONS } from '#domain/editChange.ts';
import { isFascicleError } from '#domain/errors.ts';
import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import type { Project } from '#engine/project/project.ts';
import { openVolume } from '#volumes/openVolume.ts';

import type { SharedSupervoxel } from './translateDecisions.ts';

/**
 * Parts two places that one supervoxel holds, by dividing it, or by a cannot-link where it was divided meanwhile. Gives the reason where
 * that cannot be done.
 */
export type Parting = (shared: SharedSupervoxel) => Promise<'divided' | 'parted' | { readonly reason: string }>;

/** @param divided is told which supervoxel lost voxels to new ones */
export function createParting(
  project: Project,
  session: EditSession,
  divided: (supervoxel: number) => Promise<void>,
): Parting {
  return async ({ supervoxel: known, voxels }) => {
    const [a, b] = await supervoxelsAt(project, voxels);
    try {
      if (a !== b) {
        const change = { decisions: { ...NO_DECISIONS, addCannot: [[a, b] as const] } };
        const entry = { kind: 'split', summary: `Split ${a} and ${b}`, place: voxels[0], change } as const;
        await session.commitChange(entry, session.revision);
        return 'parted';
      }
      const seeds = voxels.map(([z, y, x], side) => ({
        side,
        supervoxel: a,
        voxel: [z, y, x] as [number, number, number],
      }));
      await session.commit({ kind: 'split', seeds, alternative: 0, place: null }, session.revision);
      await divided(a);
      return 'divided';
    } catch (error) {
      if (!isFascicleError(error, 'bad-request') && !isFascicleError(error, 'conflict')) throw error;
      return { reason: `supervoxel ${known} there holds both sides and cannot be divided: ${error.message}` };
    }
  };
}

/** Read anew each time: a division before this one has changed them. */
async function supervoxelsAt({ paths }: Project, voxels: readonly [Zyx, Zyx]): Promise<[number, number]> {
  const volume = await openVolume(paths.supervoxels, { role: 'labels' });
  try {
    const at = async (voxel: Zyx): Promise<number> =>
      (await volume.read({ min: voxel, max: mapZyx((axis) => voxel[axis] + 1) }))[0] as number;
    return [await at(voxels[0]), await at(voxels[1])];
  } finally {
    await volume.close();
  }
}
