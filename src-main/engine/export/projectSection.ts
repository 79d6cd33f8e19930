import { boxShape, translateBox } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { assignmentAtState } from '#engine/project/assignment.ts';
import { currentState } from '#engine/project/edits.ts';
import type { Project } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';
import { openSource } from '#engine/segmentation/sourceVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import type { Panel } from './picture.ts';

/** A part of one section of a project. */
export interface ProjectSection {
  /** z = 1, in voxels of the project. */
  readonly box: Box;
  readonly grey: Panel['grey'];
  /** Segments at the current threshold. */
  readonly ids: Uint32Array;
  /** Segments that kept the colour of another through edits, by the id that it is made from. */
  readonly colourIds: ReadonlyMap<number, number>;
  /** Of the whole project, z, y, x. */
  readonly shape: Zyx;
}

/**
 * Reads the image and the segments of a part of a section.
 *
 * @param choose picks the box by the shape of the project; it has z = 1
 * @throws FascicleError 'not-found' before there is a segmentation, or where the source is gone, 'cancelled'; the reason of `signal`; what
 *   `choose` throws
 */
export async function readSection(
  project: Project,
  choose: (shape: Zyx) => Box,
  signal?: AbortSignal,
): Promise<ProjectSection> {
  requireSegmentation(project);
  const supervoxels = await openVolume(project.paths.supervoxels, { role: 'labels' });
  try {
    const { shape } = supervoxels.info;
    const box = choose(shape);
    const state = currentState(project.database);
    const assignment = await assignmentAtState(project, state, signal);
    const ids = ((await supervoxels.read(box, { signal })) as Uint32Array).map((id) => assignment[id]);
    const colourIds = new Map([...state.traits].map(([segment, { colour }]) => [segment, colour]));
    return { box, ids, colourIds, shape, grey: await readRaw(project, box, signal) };
  } finally {
    await supervoxels.close();
  }
}

/** The raw voxels, or mid-grey where the project has no raw volume. */
async function readRaw(project: Project, box: Box, signal: AbortSignal | undefined): Promise<ArrayLike<number>> {
  const raw = readSourceVolume(project.database, 'raw');
  if (raw === undefined) return new Uint8Array(boxShape(box)[1] * boxShape(box)[2]).fill(127);
  const reader = await openSource(raw);
  try {
    return Float32Array.from(await reader.read(translateBox(box, raw.region.min), { signal }), Number);
  } finally {
    await reader.close();
  }
}
