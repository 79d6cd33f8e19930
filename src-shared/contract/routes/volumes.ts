import { z } from 'zod';

import { defineRoute } from '../defineRoute.ts';
import { planeSchema, shapeSchema, voxelSizeSchema } from '../values.ts';

/** A file or folder before it is a project: what the import wizard looks at. */

export const datasetSchema = z.object({
  /** What stands after ':' to open it; '' where the file holds one volume. */
  name: z.string(),
  /** z, y, x; null where it cannot be read as a volume. */
  shape: shapeSchema.nullable(),
  channels: z.int().nullable(),
  type: z.string(),
  voxelSizeNm: voxelSizeSchema.nullable(),
  /** The stored axes, slowest first; null where they are not known. */
  axes: z.string().nullable(),
  storedShape: z.array(z.number()),
  /** What it looks like from name, type and channels; a user may say otherwise. */
  suggestedUse: z.enum(['image', 'labels', 'affinities', 'ignore']),
});
export type DatasetInfo = z.infer<typeof datasetSchema>;

export const volumeFileSchema = z.object({
  path: z.string(),
  format: z.string(),
  sizeBytes: z.number(),
  datasets: z.array(datasetSchema),
});
export type VolumeFile = z.infer<typeof volumeFileSchema>;

/** How one dataset is to be read: what the file leaves open. */
const reading = {
  path: z.string().min(1),
  dataset: z.string().default(''),
  axes: z
    .string()
    .regex(/^[czyx]{2,4}$/)
    .optional(),
};

export const volumeRoutes = {
  describe: defineRoute('GET /api/volumes', {
    summary: 'What a path holds: datasets, axes, voxel sizes.',
    query: z.strictObject({ path: z.string().min(1) }),
    response: volumeFileSchema,
  }),
  preview: defineRoute('GET /api/volumes/preview', {
    summary:
      'One slice of a file as a voxel block, uint8 within the contrast limits, thinned to at most `edge` voxels a side.',
    query: z.strictObject({
      ...reading,
      plane: planeSchema,
      /** 0..1 along the axis that the plane cuts. */
      at: z.coerce.number().min(0).max(1).default(0.5),
      edge: z.coerce.number().int().min(16).max(2048).default(512),
      kind: z.enum(['image', 'labels']).default('image'),
    }),
    response: 'bytes',
  }),
  measure: defineRoute('GET /api/volumes/measurements', {
    summary: 'Brightness of a sample of the voxels, and what is odd about the sections.',
    query: z.strictObject(reading),
    response: z.object({
      histogram: z.array(z.number()),
      range: z.tuple([z.number(), z.number()]),
      /** 1st and 99th percentile. */
      limits: z.tuple([z.number(), z.number()]),
      /** What a user should know before a long run, most serious first. */
      findings: z.array(z.object({ level: z.enum(['ok', 'warn']), text: z.string() })),
    }),
  }),
} as const;
