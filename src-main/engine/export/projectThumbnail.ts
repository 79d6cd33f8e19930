import type { Box, Zyx } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';

import { drawPanels } from './picture.ts';
import { readSection } from './projectSection.ts';

/** Larger sections show their middle, at full resolution: tissue is told by its detail, not by its outline. */
const MAX_COLUMNS = 480;
const MAX_ROWS = 270;

/**
 * Draws the middle of the middle section of a project with its segments.
 *
 * @returns a PNG file of at most 480 x 270 pixels
 * @throws FascicleError 'not-found' before there is a segmentation, or where the source is gone
 */
export async function drawThumbnail(project: Project): Promise<Uint8Array> {
  const { box, ...panel } = await readSection(project, middle);
  return drawPanels([panel], box.max[2] - box.min[2], box.max[1] - box.min[1]);
}

function middle([sections, rows, columns]: Zyx): Box {
  const [z, height, width] = [Math.floor(sections / 2), Math.min(rows, MAX_ROWS), Math.min(columns, MAX_COLUMNS)];
  const [y, x] = [Math.floor((rows - height) / 2), Math.floor((columns - width) / 2)];
  return { min: [z, y, x], max: [z + 1, y + height, x + width] };
}
