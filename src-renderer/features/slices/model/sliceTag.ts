import type { Zyx } from '#domain/geometry.ts';
import { formatCount } from '#renderer/format/index.ts';
import { AXIS_NAMES, PLANE_AXES } from '#renderer/rendering/slices/geometry/planeAxes.ts';
import type { SliceFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';

/** Where a slice is, in words: "z 47 of 80", or how far it is turned. */
export function sliceTag({ plane, normal, isOblique }: SliceFrame, position: Zyx, shape: Zyx): string {
  const axis = PLANE_AXES[plane].normal;
  if (isOblique) {
    const degrees = (180 / Math.PI) * Math.acos(Math.min(1, Math.abs(normal[axis])));
    return `oblique ${Math.round(degrees)}°`;
  }
  return `${AXIS_NAMES[axis]} ${formatCount(Math.floor(position[axis]))} of ${formatCount(shape[axis])}`;
}
