import { expect } from 'vitest';

import { currentAssignment } from '../../src-main/engine/project/assignment.ts';
import { openProject } from '../../src-main/engine/project/project.ts';
import { boxOfShape } from '../../src-shared/domain/geometry.ts';
import { openVolume } from '../../src-main/engine/volumes/openVolume.ts';

/** Expects a label volume to hold, voxel by voxel, the segments that a project has now. */
export async function relabelled(directory: string, labels: string): Promise<void> {
  const project = await openProject(directory, { readOnly: true });
  const supervoxels = await openVolume(project.paths.supervoxels, { role: 'labels' });
  const written = await openVolume(labels, { role: 'labels' });
  try {
    const assignment = await currentAssignment(project);
    const box = boxOfShape(supervoxels.info.shape);
    const ids = (await supervoxels.read(box)) as Uint32Array;
    const found = await written.read(box);
    expect(written.info.shape).toEqual(supervoxels.info.shape);
    expect(ids.every((id, voxel) => Number(found[voxel]) === assignment[id])).toBe(true);
  } finally {
    await written.close();
    await supervoxels.close();
    project.close();
  }
}
