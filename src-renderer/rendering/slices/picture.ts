import type { SceneOverlay } from './scene.ts';

/** A tile on a panel. `Texels` is what the painter keeps of it: a texture, or the voxels themselves. */
export interface PlacedTile<Texels> {
  /** One for each channel. */
  readonly channels: readonly Texels[];
  /** Left, top, right, bottom; device pixels of the panel, y down. */
  readonly rect: readonly [number, number, number, number];
  readonly columns: number;
  readonly rows: number;
}

/** An image under the segments. */
export interface PictureImage<Texels> {
  readonly tiles: readonly PlacedTile<Texels>[];
  readonly isFloat: boolean;
  readonly isSmooth: boolean;
  /** Black and white, in voxel values. */
  readonly limits: readonly [number, number];
  /** 0..1. */
  readonly opacity: number;
}

/** The segments over the images. */
export interface PictureLabels<Texels> {
  readonly tiles: readonly PlacedTile<Texels>[];
  /** True where labels are supervoxels, which the assignment turns into segments. */
  readonly areAssigned: boolean;
  readonly overlay: SceneOverlay;
}

/** Everything that one panel shows. Of tiles that overlap, the first in the list is seen. */
export interface PanelPicture<Texels> {
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  /** It will soon be replaced by a sharper one: half of its pixels along each axis are enough, where pixels are dear. */
  readonly isDraft: boolean;
  /** From the bottom up. */
  readonly images: readonly PictureImage<Texels>[];
  readonly labels: PictureLabels<Texels> | null;
}
