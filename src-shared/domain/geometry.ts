/**
 * Positions, shapes and boxes. Everything here is in array order z, y, x (x varies fastest) and in voxels unless the
 * name says otherwise. What people read is x, y, z: only `toXyz` converts.
 */

/** Three numbers in z, y, x order. */
export type Zyx = readonly [z: number, y: number, x: number];

/** A half-open box of voxels: `min` is inside, `max` is not. */
export interface Box {
  readonly min: Zyx;
  readonly max: Zyx;
}

/** Physical size of one voxel in nanometres, z, y, x. */
export type VoxelSizeNm = Zyx;

/** The box that starts at the origin and has the given shape. */
export function boxOfShape(shape: Zyx): Box {
  return { min: [0, 0, 0], max: shape };
}

/** The shape of a box, z, y, x; 0 where it is empty. */
export function boxShape(box: Box): Zyx {
  return mapZyx((axis) => Math.max(0, box.max[axis] - box.min[axis]));
}

/** The number of voxels in a shape. */
export function voxelCount(shape: Zyx): number {
  return shape[0] * shape[1] * shape[2];
}

/** The part that two boxes share; its shape has a 0 where they do not meet. */
export function intersectBoxes(a: Box, b: Box): Box {
  const min = mapZyx((axis) => Math.max(a.min[axis], b.min[axis]));
  return { min, max: mapZyx((axis) => Math.max(min[axis], Math.min(a.max[axis], b.max[axis]))) };
}

/** The box grown by `margin` voxels on every side, cut to `bounds`. */
export function growBox(box: Box, margin: Zyx, bounds: Box): Box {
  return intersectBoxes(
    { min: mapZyx((axis) => box.min[axis] - margin[axis]), max: mapZyx((axis) => box.max[axis] + margin[axis]) },
    bounds,
  );
}

/** The box moved by `offset` voxels. */
export function translateBox(box: Box, offset: Zyx): Box {
  return { min: addZyx(box.min, offset), max: addZyx(box.max, offset) };
}

/** True where `inner` lies wholly in `outer`. */
export function boxContains(outer: Box, inner: Box): boolean {
  return [0, 1, 2].every((axis) => inner.min[axis] >= outer.min[axis] && inner.max[axis] <= outer.max[axis]);
}

/** True for equal corners. */
export function boxesEqual(a: Box, b: Box): boolean {
  return [0, 1, 2].every((axis) => a.min[axis] === b.min[axis] && a.max[axis] === b.max[axis]);
}

/**
 * The boxes of a regular lattice of `block` voxels that cover `bounds`, in raster order (x fastest). The lattice is
 * anchored at the origin, not at `bounds`, so the same block has the same corners whatever region is asked for.
 */
export function blocksCovering(bounds: Box, block: Zyx): Box[] {
  const first = mapZyx((axis) => Math.floor(bounds.min[axis] / block[axis]));
  const last = mapZyx((axis) => Math.ceil(bounds.max[axis] / block[axis]));
  const boxes: Box[] = [];
  for (let z = first[0]; z < last[0]; z++)
    for (let y = first[1]; y < last[1]; y++)
      for (let x = first[2]; x < last[2]; x++) {
        const min: Zyx = [z * block[0], y * block[1], x * block[2]];
        boxes.push(intersectBoxes({ min, max: addZyx(min, block) }, bounds));
      }
  return boxes;
}

/** The sum of two triples. */
export function addZyx(a: Zyx, b: Zyx): Zyx {
  return mapZyx((axis) => a[axis] + b[axis]);
}

/** A triple from a function of the axis index (0 z, 1 y, 2 x). */
export function mapZyx(value: (axis: 0 | 1 | 2) => number): Zyx {
  return [value(0), value(1), value(2)];
}

/** The order that people read: x, y, z. */
export function toXyz(zyx: Zyx): readonly [x: number, y: number, z: number] {
  return [zyx[2], zyx[1], zyx[0]];
}
