import { z } from 'zod';

import { defineRoute } from '../defineRoute.ts';
import { boxSchema, projectIdSchema, shapeSchema } from '../values.ts';

import { jobSchema } from './jobs.ts';

export const LABEL_FORMATS = ['hdf5', 'cremi', 'ome-zarr', 'tiff', 'nrrd', 'precomputed'] as const;
export const labelFormatSchema = z.enum(LABEL_FORMATS);
export type LabelFormat = z.infer<typeof labelFormatSchema>;

/** An id of any 64 bits, in decimals. */
const idSchema = z.string().regex(/^\d{1,20}$/);

/** What to write, all of one state of the project. A path is a full one; what is null is not written. */
export const exportRequestSchema = z.strictObject({
  /** In voxels of the project; null for all. It limits labels and the raw image, not meshes and tables. */
  region: boxSchema.nullable(),
  labels: z
    .strictObject({
      path: z.string().min(1),
      format: labelFormatSchema,
      /** In an HDF5 file; 'labels' when absent. */
      dataset: z.string().min(1).optional(),
      type: z.enum(['uint32', 'uint64']),
      /** 'dense': those that the window shows. 'original': those that came with the labels. */
      ids: z.enum(['dense', 'original']),
      /** Voxels of segments that are not marked done get this id; null leaves them their segment. */
      ignoreId: idSchema.nullable(),
      /** The raw image beside the labels; layout 'cremi' only. */
      withRaw: z.boolean(),
      /** Surfaces and names of the segments; format 'precomputed' only. */
      withMeshes: z.boolean(),
    })
    .nullable(),
  meshes: z
    .strictObject({
      directory: z.string().min(1),
      format: z.enum(['ply', 'obj']),
      /** As the window numbers them; null for all. */
      segments: z.array(z.int().min(1)).min(1).nullable(),
    })
    .nullable(),
  /** Level of detail of all surfaces, 0 the finest; null for the finest that comes quickly for each segment. */
  meshLevel: z.int().min(0).nullable(),
  /** A folder for segments.csv, edits.csv and contacts.csv. */
  tables: z.string().min(1).nullable(),
  /** A JSON file with everything that makes the export repeatable, and hashes of all that was written. */
  manifest: z.string().min(1).nullable(),
  /** Whether files of these names may be replaced. */
  overwrite: z.boolean(),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

export const exportTargetSchema = z.object({
  what: z.enum(['labels', 'meshes', 'tables', 'manifest']),
  path: z.string(),
  /** Estimated before, counted after. */
  bytes: z.number(),
  exists: z.boolean(),
});
export type ExportTarget = z.infer<typeof exportTargetSchema>;

export const exportEstimateSchema = z.object({
  targets: z.array(exportTargetSchema),
  bytes: z.number(),
  /** On the fullest of the disks that are written to; null where the system does not say. */
  freeBytes: z.number().nullable(),
  segments: z.int(),
  /** Segments that are marked done. */
  reviewed: z.int(),
  /** Whether the project came with ids of its own. */
  hasOriginalIds: z.boolean(),
  /** Why it would be refused as it stands; null where nothing speaks against it. */
  refusal: z.string().nullable(),
});
export type ExportEstimate = z.infer<typeof exportEstimateSchema>;

export const exportReportSchema = z.object({
  targets: z.array(exportTargetSchema),
  revision: z.int(),
  segments: z.int(),
  /** Of the exported region, z, y, x. */
  shape: shapeSchema,
  /** Segments whose voxels became the ignored id. */
  ignored: z.int(),
  files: z.int(),
  /** sha256 of the manifest; null without one. */
  manifestSha256: z.string().nullable(),
});
export type ExportReport = z.infer<typeof exportReportSchema>;

const project = z.strictObject({ project: projectIdSchema });

export const exportRoutes = {
  estimate: defineRoute('POST /api/projects/:project/exports/estimate', {
    summary: 'What an export would write, and what speaks against it; writes nothing.',
    params: project,
    body: exportRequestSchema,
    response: exportEstimateSchema,
  }),
  start: defineRoute('POST /api/projects/:project/exports', {
    summary: 'Starts a job that writes labels, meshes and tables of the present state.',
    params: project,
    body: exportRequestSchema,
    response: jobSchema,
  }),
  report: defineRoute('GET /api/projects/:project/exports/last', {
    summary: 'What the last finished export of a project wrote; null before there is one.',
    params: project,
    response: exportReportSchema.nullable(),
  }),
} as const;
