import type { Layer, ProjectInfo } from '#contract/routes/projects.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';

/** An image under the segments. */
export interface SceneImage {
  readonly layer: Layer;
  /** One channel for grey; three for red, green, blue. */
  readonly channels: readonly number[];
  /** Black and white, in voxel values. */
  readonly limits: readonly [black: number, white: number];
  /** 0..1. */
  readonly opacity: number;
}

/** How segments are drawn. */
export interface SceneOverlay {
  /** Share of colour in unselected segments, 0..1. */
  readonly fill: number;
  readonly outlines: boolean;
  readonly supervoxelBorders: boolean;
  readonly colourBySupervoxel: boolean;
  readonly salt: number;
  /** The segment under the pointer; 0 for none. */
  readonly hovered: number;
  /** Only selected segments are drawn. */
  readonly hideOthers: boolean;
  /** All but the sides of an edit lose their fill. */
  readonly dimOthers: boolean;
  /** Of the line where two sides of an edit touch, '#rrggbb'; null for none. */
  readonly contactColour: string | null;
}

/** What slices show, the same in all panels. */
export interface SliceScene {
  /** Whose layers these are. */
  readonly project: ProjectInfo['id'];
  /** z, y, x voxels. */
  readonly shape: Zyx;
  readonly voxelSizeNm: VoxelSizeNm;
  /** From the bottom up. */
  readonly images: readonly SceneImage[];
  readonly labels: {
    readonly layer: Layer;
    /** Labels are supervoxels, drawn as their segments; else each label is a segment itself. */
    readonly areSupervoxels: boolean;
    readonly overlay: SceneOverlay;
  } | null;
}
