import type { EditRequestInput } from '#contract/routes/edits.ts';
import type { Plane } from '#contract/values.ts';
import type { Zyx } from '#domain/geometry.ts';

export type PaintToolName = 'brush' | 'erase' | 'lasso' | 'fill';

/** An object that strokes begin. */
export interface BegunObject {
  /** Its first supervoxel; 0 until the first of the strokes is made. */
  supervoxel: number;
}

/** A drag over one panel. */
export interface Stroke {
  readonly tool: PaintToolName;
  readonly plane: Plane;
  /** Voxels with fractions, z, y, x. */
  readonly points: readonly Zyx[];
  readonly radiusNm: number;
  /** In space instead of in the slice. */
  readonly isBall: boolean;
  readonly over: 'background' | 'all';
  /** The object that the stroke belongs to: only its voxels are erased; 0 erases those of any. */
  readonly segment: number;
  /** The object that the stroke begins, or goes on with before the project holds it; null for one that is there. */
  readonly begins: BegunObject | null;
}

export type PaintEdit = Extract<EditRequestInput, { kind: 'paint' }>;
export type PaintTarget = PaintEdit['target'];

/** As many as the engine takes; a longer drag is thinned out evenly. */
const MOST_POINTS = 4096;
/** A polygon needs as many corners. */
const LEAST_CORNERS = 3;

/** The edit that a stroke asks for; null for a drag that is none, such as a lasso that was only clicked. */
export function paintRequest(stroke: Stroke, target: PaintTarget): PaintEdit | null {
  const { tool, plane, radiusNm, isBall, segment } = stroke;
  const points = thinned(stroke.points, MOST_POINTS);
  if (points.length === 0) return null;
  if (tool === 'lasso') {
    if (points.length < LEAST_CORNERS) return null;
    return { kind: 'paint', stroke: { tool, plane, points }, target, over: stroke.over };
  }
  if (tool === 'fill') {
    const [voxel] = points;
    return { kind: 'paint', stroke: { tool, plane: isBall ? null : plane, voxel }, target, over: 'all' };
  }
  const line = { tool: 'brush', plane: isBall ? null : plane, points, radiusNm } as const;
  if (tool === 'brush') return { kind: 'paint', stroke: line, target, over: stroke.over };
  // A segment has the id of one of its supervoxels.
  return { kind: 'paint', stroke: line, target: 'none', over: segment === 0 ? 'all' : { object: segment } };
}

/** Every n-th place of a line, with its two ends. */
export function thinned<Place>(places: readonly Place[], most: number): readonly Place[] {
  if (places.length <= most) return places;
  const step = (places.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => places[Math.round(i * step)]);
}
