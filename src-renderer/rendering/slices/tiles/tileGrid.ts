import type { Layer } from '#contract/routes/projects.ts';
import type { Plane } from '#contract/values.ts';
import type { Zyx } from '#domain/geometry.ts';

/** Columns and rows of a full tile, in texels of its level: large enough for few requests, small enough to abort cheaply. */
export const TILE_SIZE = 512;

/** A half-open range of texels. */
export type TexelRange = readonly [first: number, end: number];

/** What the engine is asked for. Positions are voxels of the level, z, y, x where they are triples. */
export type TileRequest =
  | {
      readonly kind: 'slice';
      readonly layer: Layer['id'];
      readonly channel: number;
      readonly level: number;
      readonly plane: Plane;
      readonly position: number;
      readonly column: number;
      readonly row: number;
      readonly columns: number;
      readonly rows: number;
    }
  | {
      readonly kind: 'oblique';
      readonly layer: Layer['id'];
      readonly channel: number;
      readonly level: number;
      readonly origin: Zyx;
      readonly right: Zyx;
      readonly down: Zyx;
      readonly columns: number;
      readonly rows: number;
    };

/** A rectangle of texels of a slice, with its place in the frame and how to get it. Equal keys, equal texels. */
export interface Tile {
  readonly key: string;
  readonly level: number;
  /** The first texel and their number. */
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
  /** Size of one texel; texel i covers i to i + 1 times this in the frame. */
  readonly texelNm: readonly [column: number, row: number];
  readonly request: TileRequest;
}

/** One resolution of a slice. */
export interface GridLevel {
  readonly level: number;
  readonly texelNm: readonly [column: number, row: number];
  /** Texels that exist; texel i covers i to i + 1 times texelNm of the frame. */
  readonly columns: TexelRange;
  readonly rows: TexelRange;
}

/** One channel of one layer in one slice, cut into tiles, at all its resolutions; level 0 is the finest. */
export interface TileGrid {
  /** Names the slice: the plane and its place, not the layer. */
  readonly slice: string;
  readonly levels: readonly GridLevel[];
  /** The tile of a level by its column and row of tiles, counted from texel 0. */
  tile(level: number, tileColumn: number, tileRow: number): Tile;
}

/** The texels of a tile, cut to those that exist. */
export function tileRange(range: TexelRange, index: number): TexelRange {
  return [Math.max(range[0], index * TILE_SIZE), Math.min(range[1], (index + 1) * TILE_SIZE)];
}
