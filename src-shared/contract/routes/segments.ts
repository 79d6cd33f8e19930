import { z } from 'zod';

import { defineRoute } from '../defineRoute.ts';
import { projectIdSchema, zyxSchema } from '../values.ts';

const project = z.strictObject({ project: projectIdSchema });

export const neighbourSchema = z.object({
  segment: z.int(),
  /** Pairs of voxels that touch. */
  contactVoxels: z.number(),
  /** Each pair as the mean of the three faces of a voxel: exact for cubes. Pairs themselves where the voxel size is not known. */
  contactUm2: z.number(),
  /** Mean affinity of the contact, 0..1. */
  score: z.number(),
  /** A voxel of the strongest contact, z, y, x. */
  contact: zyxSchema,
});
export type Neighbour = z.infer<typeof neighbourSchema>;

/** Colour and notes go with the larger side of a merge or a split, whatever the id of the segment. */
export const segmentTraitSchema = z.object({
  segment: z.int(),
  /** The id that its colour is made from; the segment's own where nothing else is known. */
  colour: z.int(),
  /** The supervoxel whose name, state and note hold; 0 where those on the largest do. */
  lead: z.int(),
});

export type DescribedTrait = z.infer<typeof segmentTraitSchema>;

export const segmentRoutes = {
  assignment: defineRoute('GET /api/projects/:project/assignment', {
    summary: 'The segment of every supervoxel; layout in assignmentTable.ts.',
    params: project,
    response: 'bytes',
  }),
  traits: defineRoute('GET /api/projects/:project/traits', {
    summary:
      'Segments that have another colour than that of their id, or notes that hold before those on the largest supervoxel.',
    params: project,
    response: z.object({ revision: z.int(), traits: z.array(segmentTraitSchema) }),
  }),
  supervoxels: defineRoute('GET /api/projects/:project/supervoxels', {
    summary: 'Size and box of every supervoxel; layout in supervoxelBytes.ts.',
    params: project,
    response: 'bytes',
  }),
  neighbours: defineRoute('GET /api/projects/:project/segments/:segment/neighbours', {
    summary: 'Segments that touch one, largest contact first.',
    params: z.strictObject({ project: projectIdSchema, segment: z.coerce.number().int().min(1) }),
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(50) }),
    response: z.object({ revision: z.int(), total: z.int(), neighbours: z.array(neighbourSchema) }),
  }),
  meshes: defineRoute('POST /api/projects/:project/meshes', {
    summary:
      'Surfaces of supervoxels (body: their ids as little-endian uint32) as a stream of mesh fragments; layout in meshFragments.ts.',
    params: project,
    query: z.strictObject({
      /** 'first' comes soon, 'full' is as fine as still comes quickly; or a level of `meshLevels`. */
      level: z.union([z.enum(['first', 'full']), z.coerce.number().int().min(0)]),
      /** One surface around all of them, without walls between them; its fragments have the lowest of the ids. */
      joined: z.stringbool().default(false),
    }),
    body: 'bytes',
    response: 'bytes',
  }),
  meshLevels: defineRoute('GET /api/projects/:project/meshes', {
    summary: 'The levels of detail of meshes, finest first.',
    params: project,
    response: z.object({ levels: z.array(z.object({ level: z.int(), voxelSizeNm: zyxSchema })) }),
  }),
} as const;
