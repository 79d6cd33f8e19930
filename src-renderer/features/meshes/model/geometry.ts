import type { Plane } from '#contract/values.ts';
import { toXyz } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { Corners } from '#renderer/rendering/meshes/sliceActor.ts';

type Xyz = readonly [number, number, number];

/** How voxels of a project stand in the scene: x, y, z in nm from the middle of the volume, y and z pointing as in the volume. */
export interface SceneFrame {
  readonly centreNm: Xyz;
  readonly halfNm: Xyz;
  readonly voxelSizeNm: VoxelSizeNm;
}

export function sceneFrame(shape: Zyx, voxelSizeNm: VoxelSizeNm): SceneFrame {
  const half = (axis: 0 | 1 | 2) => (shape[axis] * voxelSizeNm[axis]) / 2;
  const halfNm: Xyz = [half(2), half(1), half(0)];
  return { centreNm: halfNm, halfNm, voxelSizeNm };
}

/** A position in voxels, z, y, x, to the scene. */
export function toScene(voxel: Zyx, { centreNm, voxelSizeNm }: SceneFrame): Xyz {
  const [x, y, z] = toXyz([voxel[0] * voxelSizeNm[0], voxel[1] * voxelSizeNm[1], voxel[2] * voxelSizeNm[2]]);
  return [x - centreNm[0], y - centreNm[1], z - centreNm[2]];
}

/** A place of the scene to voxels, z, y, x. */
export function toVoxel([x, y, z]: readonly number[], { centreNm, voxelSizeNm }: SceneFrame): Zyx {
  return [(z + centreNm[2]) / voxelSizeNm[0], (y + centreNm[1]) / voxelSizeNm[1], (x + centreNm[0]) / voxelSizeNm[2]];
}

/** The rectangle of a slice through a voxel, in the order of its texture: first row from left to right, last row back. */
export function sliceCorners(plane: Plane, voxel: Zyx, shape: Zyx, frame: SceneFrame): Corners {
  const at = (z: number, y: number, x: number) => [...toScene([z, y, x], frame)];
  const [depth, rows, columns] = shape;
  const [z, y, x] = voxel;
  if (plane === 'xy') return [at(z, 0, 0), at(z, 0, columns), at(z, rows, columns), at(z, rows, 0)];
  if (plane === 'xz') return [at(0, y, 0), at(0, y, columns), at(depth, y, columns), at(depth, y, 0)];
  // Columns of the YZ slice are y, its rows z.
  return [at(0, 0, x), at(0, rows, x), at(depth, rows, x), at(depth, 0, x)];
}

/** Three short lines that cross at a place of the scene. */
export function crossHair([x, y, z]: Xyz, armNm: number): Float32Array {
  return Float32Array.of(
    ...[x - armNm, y, z, x + armNm, y, z],
    ...[x, y - armNm, z, x, y + armNm, z],
    ...[x, y, z - armNm, x, y, z + armNm],
  );
}
