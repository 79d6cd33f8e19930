/** Random edits of voxels: divisions of supervoxels and strokes of every tool in every plane. */
import type { EditRequest, PaintTool } from '#contract/routes/edits.ts';
import { PLANES } from '#contract/values.ts';
import { boxOfShape, growBox, mapZyx } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { PLANE_AXES } from '#engine/editing/voxels/paint/paintPlane.ts';
import { projectPaths } from '#engine/project/paths.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

/** Radii of a random brush, nm. */
const [THINNEST, THICKEST] = [10, 60];
/** Voxels between the two seeds of a division and between the points of a stroke, along each axis. */
const REACH = 6;
/** Voxels about a place that is filled. */
const FILL_REACH: Zyx = [3, 12, 12];

type PaintRequest = Extract<EditRequest, { kind: 'paint' }>;

/** The supervoxel of every voxel of a small project, as it was when it was read. */
export interface KnownVoxels {
  readonly directory: string;
  readonly shape: Zyx;
  readonly labels: Uint32Array;
}

export async function readVoxels(directory: string): Promise<KnownVoxels> {
  const volume = await openVolume(projectPaths(directory).supervoxels, { role: 'labels' });
  const { shape } = volume.info;
  const labels = (await readWhole(volume)) as Uint32Array;
  await volume.close();
  return { directory, shape, labels };
}

/** A division or a stroke; null where chance found no place. The project may refuse it where voxels have changed since. */
export function randomVoxelEdit(voxels: KnownVoxels, random: () => number): EditRequest | null {
  return random() < 0.4 ? randomDivision(voxels, random) : randomStroke(voxels, random);
}

/** A split between two seeds in one supervoxel. */
function randomDivision(voxels: KnownVoxels, random: () => number): EditRequest | null {
  const first = placeIn(voxels, random);
  const other = near(first, voxels, random);
  const supervoxel = labelAt(voxels, first);
  if (supervoxel === 0 || labelAt(voxels, other) !== supervoxel || first.every((at, axis) => at === other[axis]))
    return null;
  const seeds = [first, other].map(([z, y, x], side) => {
    const voxel: [number, number, number] = [z, y, x];
    return { side, supervoxel, voxel };
  });
  return { kind: 'split', seeds, alternative: 0, place: null };
}

function randomStroke(voxels: KnownVoxels, random: () => number): PaintRequest {
  const at = placeIn(voxels, random);
  const here = labelAt(voxels, at);
  const neighbour = labelAt(voxels, near(at, voxels, random));
  const stroke = randomTool(voxels, at, random);
  // Only what has an outline already goes over from one slice into another.
  const targets = stroke.tool === 'interpolate' ? [here] : (['new', 'none', neighbour] as const);
  const target = oneOf(targets, random) || 'new';
  const over = oneOf(['all', 'background', here === 0 ? 'all' : { object: here }] as const, random);
  return { kind: 'paint', stroke, target, over, place: null };
}

function randomTool(voxels: KnownVoxels, at: Zyx, random: () => number): PaintTool {
  const plane = oneOf(PLANES, random);
  const orSpace = random() < 0.5 ? plane : null;
  const points = Array.from({ length: 3 }, () => near(at, voxels, random));
  const radiusNm = THINNEST + (THICKEST - THINNEST) * random();
  switch (oneOf(['brush', 'brush', 'lasso', 'fill', 'interpolate'] as const, random)) {
    case 'brush':
      return { tool: 'brush', plane: orSpace, points: [at, ...points], radiusNm };
    case 'lasso':
      return { tool: 'lasso', plane, points: [at, ...points] };
    case 'fill':
      return { tool: 'fill', voxel: at, plane: orSpace, box: boxAbout(at, voxels.shape) };
    case 'interpolate': {
      const first = Math.max(0, at[PLANE_AXES[plane].normal] - REACH);
      return { tool: 'interpolate', plane, slices: [first, first + 2 + Math.floor(random() * REACH)] };
    }
  }
}

const oneOf = <Value>(values: readonly Value[], random: () => number): Value =>
  values[Math.floor(random() * values.length)];

const placeIn = ({ shape }: KnownVoxels, random: () => number): Zyx =>
  mapZyx((axis) => Math.floor(random() * shape[axis]));

const near = (place: Zyx, { shape }: KnownVoxels, random: () => number): Zyx =>
  mapZyx((axis) => Math.min(shape[axis] - 1, Math.max(0, place[axis] + Math.round(REACH * (2 * random() - 1)))));

const boxAbout = (place: Zyx, shape: Zyx): Box => growBox({ min: place, max: place }, FILL_REACH, boxOfShape(shape));

const labelAt = ({ shape, labels }: KnownVoxels, [z, y, x]: Zyx): number => labels[(z * shape[1] + y) * shape[2] + x];
