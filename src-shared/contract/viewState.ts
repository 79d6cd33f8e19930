import { z } from 'zod';

import { planeSchema, zyxSchema } from './values.ts';

/** Lists are not kept longer than this: what a window looks at is a choice of some. */
export const MOST_LISTED = 2000;

const segmentsSchema = z.array(z.int().min(1).max(0xffffffff)).max(MOST_LISTED).readonly();
const colourSchema = z.string().regex(/^#[0-9a-f]{6}$/);
const shareSchema = z.number().min(0).max(1);
const xyzSchema = z.tuple([z.number(), z.number(), z.number()]).readonly();

/** What is laid over the image, and how. */
export const overlaySettingsSchema = z.strictObject({
  /** Segments are drawn at all (`key: backquote`). */
  visible: z.boolean(),
  /** Fill of unselected segments, 0..0.6. */
  opacity: z.number().min(0).max(0.6),
  outlines: z.boolean(),
  supervoxelBorders: z.boolean(),
  /** Supervoxels instead of segments give the colours. */
  colourBySupervoxel: z.boolean(),
  /** What is drawn: this project's segments, or the labels that were imported with the volume. */
  source: z.enum(['segments', 'labels']),
  /** With which colours are dealt; 0 at first. */
  salt: z.int().min(0).max(0xffffffff),
});
export type OverlaySettings = z.infer<typeof overlaySettingsSchema>;

/** A layer under the overlay; the image, the affinities or the foreground. */
export const imageLayerSettingsSchema = z.strictObject({
  visible: z.boolean(),
  opacity: shareSchema,
  /** Contrast limits in voxel values; null for the automatic ones. */
  limits: z.tuple([z.number(), z.number()]).readonly().nullable(),
});
export type ImageLayerSettings = z.infer<typeof imageLayerSettingsSchema>;

/**
 * What a window showed of a project when it was left, so that it comes back. None of it is an edit. Parts that were never changed are
 * absent.
 */
export const viewStateSchema = z
  .strictObject({
    workspace: z.enum(['proofread', 'jobs', 'export']),
    /** The cross-hair, z, y, x voxels of the project. */
    position: zyxSchema,
    nmPerPixel: z.number().positive(),
    /** Rotation of the slices as a unit quaternion w, x, y, z; null along the axes. */
    oblique: z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly().nullable(),
    maximised: z.enum([...planeSchema.options, '3d']).nullable(),
    selected: segmentsSchema,
    hidden: segmentsSchema,
    hideOthers: z.boolean(),
    /** Colours that a user fixed, by segment. */
    pinned: z.record(z.string().regex(/^[1-9]\d{0,9}$/), colourSchema),
    overlay: overlaySettingsSchema,
    images: z.strictObject({
      raw: imageLayerSettingsSchema,
      affinities: imageLayerSettingsSchema,
      foreground: imageLayerSettingsSchema,
    }),
    slicesIn3d: z.boolean(),
    /** Of the 3D view, x, y, z nm from the middle of the volume. */
    camera: z.strictObject({
      position: xyzSchema,
      focalPoint: xyzSchema,
      viewUp: xyzSchema,
      parallelScale: z.number().positive(),
      isParallel: z.boolean(),
    }),
    /** Of panes and views that were resized, in units of the layout, by name. */
    sizes: z.record(z.string().min(1).max(40), z.number()),
  })
  .partial();
export type ViewState = z.infer<typeof viewStateSchema>;
