/** Directions of the volume's axes on the screen. */
export interface AxisArrow {
  readonly name: 'x' | 'y' | 'z';
  /** Right and down on the screen, -1..1. */
  readonly right: number;
  readonly down: number;
  /** Towards the eye, -1..1: what is nearer is drawn over what is farther. */
  readonly near: number;
}

/** The axes as a camera sees them, farthest first. */
export function axisArrows(camera: {
  position: readonly number[];
  focalPoint: readonly number[];
  viewUp: readonly number[];
}): AxisArrow[] {
  const forward = normalise(camera.focalPoint.map((value, i) => value - camera.position[i]));
  const right = normalise(cross(forward, camera.viewUp));
  const up = cross(right, forward);
  return (['x', 'y', 'z'] as const)
    .map((name, axis) => ({ name, right: right[axis], down: -up[axis], near: -forward[axis] }))
    .sort((a, b) => a.near - b.near);
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function normalise(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
