import type { Zyx } from '#domain/geometry.ts';

import type { Panel } from '../store.ts';

/** What lies under a place of a view. */
export interface ToolHit {
  readonly panel: Panel;
  /** z, y, x voxels with fractions. */
  readonly voxel: Zyx;
  /** 0 where there is none, or on a surface, which does not know it. */
  readonly supervoxel: number;
  /** Of the project, not of a preview; 0 for none. */
  readonly segment: number;
}

export interface ToolKeys {
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

/**
 * Takes the clicks of the views while it is armed. A press that moves is still the view's own, unless the tool asks for strokes with
 * the keys that are held.
 */
export interface ViewTool {
  click(hit: ToolHit, keys: ToolKeys): void;
  takesStroke(keys: ToolKeys): boolean;
  /** A place on the way of a stroke. */
  stroke(hit: ToolHit): void;
  /** The stroke is over, or was given up because the pointer was taken away. */
  endStroke?(isGivenUp: boolean): void;
  /** Notches of the wheel, away from the user below 0; true where the tool takes them. */
  wheel?(notches: number, keys: ToolKeys): boolean;
}
