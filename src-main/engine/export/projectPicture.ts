import { FascicleError } from '#domain/errors.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';
import { asLabels, requireLabels } from '#volumes/labelVoxels.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { drawPanels } from './picture.ts';
import type { Panel } from './picture.ts';
import { readSection } from './projectSection.ts';

/**
 * Draws one section of a project: the raw image, the segments at the current threshold, and ground truth where it is given.
 *
 * @param options.section z in voxels of the project; the middle one when absent
 * @param options.truth labels of the shape of the project
 * @returns a PNG file
 * @throws FascicleError 'bad-request' for a section outside the project or a truth of another shape, 'cancelled'; the reason of
 *   `options.signal`
 */
export async function drawProject(
  project: Project,
  options: { section?: number | undefined; truth?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array> {
  const { section, truth, signal } = options;
  const { box, grey, ids, colourIds, shape } = await readSection(
    project,
    (whole) => wholeSection(whole, section),
    signal,
  );
  const panels: Panel[] = [
    { grey, ids: null },
    { grey, ids, colourIds },
  ];
  if (truth !== undefined) panels.push({ grey, ids: await readTruth(truth, box, shape, signal) });
  return drawPanels(panels, shape[2], shape[1]);
}

function wholeSection([sections, height, width]: Zyx, wanted: number | undefined): Box {
  const section = wanted ?? Math.floor(sections / 2);
  if (section >= sections)
    throw new FascicleError('bad-request', `Section ${section} does not exist; the project has 0 to ${sections - 1}.`);
  return { min: [section, 0, 0], max: [section + 1, height, width] };
}

async function readTruth(
  path: string,
  box: Box,
  shape: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Uint32Array> {
  const reader = await openVolume(path, { role: 'labels' });
  try {
    requireLabels(reader.info);
    if (reader.info.shape.some((extent, axis) => extent !== shape[axis]))
      throw new FascicleError(
        'bad-request',
        `${path} has ${reader.info.shape.join(' x ')} voxels, the project ${shape.join(' x ')} (z, y, x).`,
      );
    const ids = asLabels(await reader.read(box, { signal }), path);
    // Colours need 32 bits only; two ids that share them would share a colour, nothing else.
    return ids instanceof BigUint64Array
      ? Uint32Array.from(ids, (id) => Number(id & 0xffffffffn))
      : Uint32Array.from(ids);
  } finally {
    await reader.close();
  }
}
