import { FascicleError } from '#domain/errors.ts';
import { boxShape, translateBox } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import type { Project } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';
import { openSource } from '#engine/segmentation/sourceVolume.ts';
import { asLabels, requireLabels } from '#volumes/labelVoxels.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { drawPanels } from './picture.ts';
import type { Panel } from './picture.ts';

/**
 * Draws one section of a project: the raw image, the segments at the current threshold, and ground truth where it is given.
 *
 * @param options.section z in voxels of the project; the middle one when absent
 * @param options.truth labels of the shape of the project
 * @returns a PNG file
 * @throws FascicleError 'bad-request' for a section outside the project or a truth of another shape
 */
export async function drawProject(
  project: Project,
  options: { section?: number | undefined; truth?: string | undefined } = {},
): Promise<Uint8Array> {
  requireSegmentation(project);
  const supervoxels = await openVolume(project.paths.supervoxels, { role: 'labels' });
  try {
    const [sections, height, width] = supervoxels.info.shape;
    const section = options.section ?? Math.floor(sections / 2);
    if (section >= sections)
      throw new FascicleError(
        'bad-request',
        `Section ${section} does not exist; the project has 0 to ${sections - 1}.`,
      );
    const box: Box = { min: [section, 0, 0], max: [section + 1, height, width] };
    const assignment = await currentAssignment(project.database);
    const segments = ((await supervoxels.read(box)) as Uint32Array).map((id) => assignment[id]);
    const grey = await readRaw(project, box);
    const panels: Panel[] = [
      { grey, ids: null },
      { grey, ids: segments },
    ];
    if (options.truth !== undefined)
      panels.push({ grey, ids: await readTruth(options.truth, box, supervoxels.info.shape) });
    return drawPanels(panels, width, height);
  } finally {
    await supervoxels.close();
  }
}

/** The raw section, or mid-grey where the project has no raw volume. */
async function readRaw(project: Project, box: Box): Promise<ArrayLike<number>> {
  const raw = readSourceVolume(project.database, 'raw');
  if (raw === undefined) return new Uint8Array(boxShape(box)[1] * boxShape(box)[2]).fill(127);
  const reader = await openSource(raw);
  try {
    return Float32Array.from(await reader.read(translateBox(box, raw.region.min)), Number);
  } finally {
    await reader.close();
  }
}

async function readTruth(path: string, box: Box, shape: readonly number[]): Promise<Uint32Array> {
  const reader = await openVolume(path, { role: 'labels' });
  try {
    requireLabels(reader.info);
    if (reader.info.shape.some((extent, axis) => extent !== shape[axis]))
      throw new FascicleError(
        'bad-request',
        `${path} has ${reader.info.shape.join(' x ')} voxels, the project ${shape.join(' x ')} (z, y, x).`,
      );
    const ids = asLabels(await reader.read(box), path);
    // Colours need 32 bits only; two ids that share them would share a colour, nothing else.
    return ids instanceof BigUint64Array
      ? Uint32Array.from(ids, (id) => Number(id & 0xffffffffn))
      : Uint32Array.from(ids);
  } finally {
    await reader.close();
  }
}
