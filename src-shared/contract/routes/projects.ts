import { z } from 'zod';

import { SUPERVOXEL_METHODS } from '#domain/supervoxelMethod.ts';

import { defineRoute } from '../defineRoute.ts';
import { boxSchema, projectIdSchema, shapeSchema, timestampSchema, voxelSizeSchema, zyxSchema } from '../values.ts';
import { viewStateSchema } from '../viewState.ts';

import { jobSchema } from './jobs.ts';

/** A layer of voxels: everything that a slice can show. */
export const layerSchema = z.object({
  id: z.enum(['raw', 'affinities', 'foreground', 'supervoxels', 'labels']),
  kind: z.enum(['image', 'labels']),
  /** As it crosses to the page. */
  type: z.enum(['uint8', 'uint16', 'uint32', 'float32']),
  channels: z.int(),
  /** Level 0 first; `factor` is z, y, x voxels of the project for each voxel of the level. */
  levels: z.array(z.object({ shape: shapeSchema, factor: zyxSchema })).min(1),
  /** Contrast limits that suit the voxels; null for labels. */
  limits: z.tuple([z.number(), z.number()]).nullable(),
});
export type Layer = z.infer<typeof layerSchema>;

export const projectSchema = z.object({
  id: projectIdSchema,
  name: z.string(),
  directory: z.string(),
  readOnly: z.boolean(),
  /** What is wrong with the project and how to get out of it; absent where nothing was found. It is read-only then. */
  damage: z.string().optional(),
  /** z, y, x voxels; null before a volume was described. */
  shape: shapeSchema.nullable(),
  voxelSizeNm: voxelSizeSchema.nullable(),
  source: z.object({ path: z.string(), found: z.boolean(), region: boxSchema }).nullable(),
  layers: z.array(layerSchema),
  /** Null until the first segmentation is finished. */
  segmentation: z
    .object({
      supervoxels: z.int(),
      segments: z.int(),
      edges: z.int(),
      threshold: z.number().nullable(),
      minSize: z.number(),
      /** With which the multicut that the segments come from was solved: thresholds stand for others. Null where there was none. */
      beta: z.number().nullable(),
    })
    .nullable(),
  /** Of the edit log: the number of edits. */
  revision: z.int(),
});
export type ProjectInfo = z.infer<typeof projectSchema>;

/** A project as the start screen shows it, open or not. */
export const recentProjectSchema = z.object({
  id: projectIdSchema,
  name: z.string(),
  directory: z.string(),
  openedAt: timestampSchema,
  shape: shapeSchema.nullable(),
  voxelSizeNm: voxelSizeSchema.nullable(),
  edits: z.int(),
  segments: z.int().nullable(),
  reviewed: z.object({ done: z.int(), total: z.int() }).nullable(),
  hasThumbnail: z.boolean(),
  status: z.enum(['ready', 'running', 'interrupted', 'not-segmented', 'failed', 'missing', 'source-missing', 'in-use']),
  /** One line where the status needs words: the stage and block at which a job stopped. */
  note: z.string().nullable(),
  /** The job to go on with, where one was interrupted or paused. */
  unfinishedJob: z.string().nullable(),
});
export type RecentProject = z.infer<typeof recentProjectSchema>;

/** How strongly two sides belong together, and what decides that they are one. */
export const scoreSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mean') }),
  z.strictObject({ kind: z.literal('quantile'), quantile: z.number().min(0).max(1) }),
  z.strictObject({
    kind: z.literal('multicut'),
    /** Mean affinity at which an edge by itself is neither cut nor kept; a higher one cuts more. Null for the recommended one. */
    beta: z.number().min(0.01).max(0.99).nullable().default(null),
    /** Weigh edges by their contacts. */
    byContactArea: z.boolean().default(true),
  }),
]);

const supervoxelMethodSchema = z.enum(SUPERVOXEL_METHODS);

/** What follows the network, as a package recommends it for a voxel size; counts are in voxels of the volume. */
export const recommendationSchema = z.object({
  supervoxels: supervoxelMethodSchema,
  score: scoreSchema,
  threshold: z.number(),
  minSize: z.number(),
  /** Whether affinities are lowered to the foreground; null where the network gives none. */
  foregroundRestriction: z.boolean().nullable(),
});
export type Recommendation = z.infer<typeof recommendationSchema>;

/** Lengths and sizes in voxels of the volume; absent ones are those of the network's package. Each goes with one kind of supervoxels. */
const supervoxelValuesSchema = z.strictObject({
  threshold: z.number().min(0).max(1).optional(),
  sigmaSeeds: z.number().min(0).max(100).optional(),
  sigmaWeights: z.number().min(0).max(100).optional(),
  alpha: z.number().min(0).max(1).optional(),
  minSize: z.int().min(0).optional(),
  low: z.number().min(0).max(1).optional(),
  high: z.number().min(0).max(1).optional(),
  sizeThreshold: z.int().min(0).optional(),
  mergeLow: z.number().min(0).max(1).optional(),
});

/** What the import wizard decided. Paths may name a dataset after ':'. */
export const newProjectSchema = z.strictObject({
  /** A new or an empty folder. */
  directory: z.string().min(1),
  raw: z.string().min(1).nullable(),
  /** Stored axes instead of those of the file. */
  axes: z.string().nullable().default(null),
  voxelSizeNm: voxelSizeSchema.nullable().default(null),
  region: boxSchema.nullable().default(null),
  /** 'check': a small box that is tried before a long run; it is not listed, and can be discarded with its folder. */
  purpose: z.enum(['keep', 'check']).default('keep'),
  /** Labels of the same voxels, or of the volume that these are a part of: compared with as soon as there is a segmentation. */
  truth: z.string().min(1).nullable().default(null),
  method: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('network'),
      model: z.string(),
      provider: z.string().default('auto'),
      threshold: z.number().min(0).max(1).nullable().default(null),
      minSize: z.int().min(0).nullable().default(null),
      /** Absent for that of the network's package. */
      score: scoreSchema.nullable().optional(),
      supervoxels: supervoxelMethodSchema.nullable().optional(),
      supervoxelValues: supervoxelValuesSchema.nullable().optional(),
      /** Lower affinities to the foreground. */
      foregroundRestriction: z.boolean().nullable().optional(),
      /** The image has bright membranes: the network is given its negative. */
      invert: z.boolean().optional(),
    }),
    z.strictObject({
      kind: z.literal('affinities'),
      affinities: z.string(),
      /** What affinities are lowered to: one channel of the same voxels. */
      foreground: z.string().nullable().optional(),
      threshold: z.number().min(0).max(1).nullable().default(null),
      minSize: z.int().min(0).nullable().default(null),
      score: scoreSchema.nullable().optional(),
      supervoxels: supervoxelMethodSchema.nullable().optional(),
      supervoxelValues: supervoxelValuesSchema.nullable().optional(),
    }),
    z.strictObject({ kind: z.literal('labels'), labels: z.string(), affinities: z.string().nullable().default(null) }),
  ]),
});
export type NewProject = z.infer<typeof newProjectSchema>;

export const estimateSchema = z.object({
  /** Null where this machine has not run the network yet. */
  seconds: z.number().nullable(),
  /** Where the time comes from: measured on this machine with this network, or scaled from the package. */
  basis: z.string(),
  diskBytes: z.number(),
  freeDiskBytes: z.number().nullable(),
  memoryBytes: z.number(),
  memoryBudgetBytes: z.number(),
  blocks: z.int(),
  problems: z.array(z.string()),
  /** What is done that one might not expect, in sentences: the image is resampled. */
  remarks: z.array(z.string()),
});
export type Estimate = z.infer<typeof estimateSchema>;

const project = z.strictObject({ project: projectIdSchema });
const started = z.object({ project: projectSchema, job: jobSchema });

export const projectRoutes = {
  recent: defineRoute('GET /api/projects', {
    summary: 'Projects that were opened on this machine, last first.',
    response: z.array(recentProjectSchema),
  }),
  open: defineRoute('POST /api/projects/open', {
    summary: 'Opens the project in a folder; an open one is given again.',
    /** Reading only is possible beside another program that writes to the project. */
    body: z.strictObject({ directory: z.string().min(1), readOnly: z.boolean().default(false) }),
    response: projectSchema,
  }),
  estimate: defineRoute('POST /api/projects/estimate', {
    summary: 'What a new project would take. Nothing is written.',
    body: newProjectSchema,
    response: estimateSchema,
  }),
  create: defineRoute('POST /api/projects', {
    summary: 'Makes a project and starts the job that fills it.',
    body: newProjectSchema,
    response: started,
  }),
  sample: defineRoute('POST /api/projects/sample', {
    summary: 'Opens the sample project; the first time it is made with the bundled network.',
    response: z.object({ project: projectSchema, job: jobSchema.nullable() }),
  }),
  get: defineRoute('GET /api/projects/:project', {
    summary: 'An open project.',
    params: project,
    response: projectSchema,
  }),
  view: defineRoute('GET /api/projects/:project/view', {
    summary: 'What a window showed of a project when it was left.',
    params: project,
    response: viewStateSchema,
  }),
  setView: defineRoute('PUT /api/projects/:project/view', {
    summary:
      'Keeps the named parts of what a window shows beside the others. Refused where the project is open for reading only.',
    params: project,
    body: viewStateSchema,
    response: 'nothing',
  }),
  close: defineRoute('POST /api/projects/:project/close', {
    summary: 'Closes a project; its jobs are paused.',
    params: project,
    response: 'nothing',
  }),
  forget: defineRoute('DELETE /api/projects/:project', {
    summary: 'Takes a project off the list; its folder is left as it is.',
    params: project,
    response: 'nothing',
  }),
  discard: defineRoute('POST /api/projects/:project/discard', {
    summary: 'Closes a project that was made to check a small box and deletes its folder; every other one is refused.',
    params: project,
    response: 'nothing',
  }),
  thumbnail: defineRoute('GET /api/projects/:project/thumbnail', {
    summary: 'A PNG of the middle slice with its segments.',
    params: project,
    response: 'bytes',
  }),
} as const;
