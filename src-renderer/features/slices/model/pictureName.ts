import type { Zyx } from '#domain/geometry.ts';
import { AXIS_NAMES, PLANE_AXES } from '#renderer/rendering/slices/geometry/planeAxes.ts';
import type { SliceFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';

/** The name of the file of a slice's picture: project, plane and place, in characters that every file system takes. */
export function pictureName(project: string, { plane, isOblique }: SliceFrame, position: Zyx): string {
  const { normal } = PLANE_AXES[plane];
  const place = isOblique ? 'oblique' : `${AXIS_NAMES[normal]}${Math.floor(position[normal])}`;
  return `${project.replace(/[^\p{L}\p{N}._-]+/gu, '-')}-${plane}-${place}.png`;
}
