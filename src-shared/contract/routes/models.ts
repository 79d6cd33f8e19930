import { z } from 'zod';

import { defineRoute } from '../defineRoute.ts';
import { zyxSchema } from '../values.ts';

import { recommendationSchema } from './projects.ts';

/** A network as its card shows it. */
export const modelCardSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  version: z.string(),
  license: z.string().nullable(),
  modality: z.string().nullable(),
  /** Trained voxel sizes, z, y, x in nm. */
  trainedVoxelSizesNm: z.array(zyxSchema),
  receptiveField: zyxSchema.nullable(),
  /** Its makers do not yet advise work with it; it is never the default. */
  preliminary: z.boolean(),
  /** Held-out scores by data set name, as the package states them; null where it does not say which sampling the data is of. */
  scores: z.array(
    z.object({ data: z.string(), measure: z.string(), value: z.number(), target: z.string().nullable() }),
  ),
  /** Null without a voxel size to fit to. */
  fit: z
    .object({
      rank: z.int(),
      /** Name of the trained sampling that is taken. */
      target: z.string(),
      /** Source voxels for each voxel of the network, z, y, x; 1 where nothing is resampled. */
      resampling: zyxSchema,
      /** 0 for none; larger is worse. A preliminary network is worse than all others. */
      cost: z.number(),
    })
    .nullable(),
  /** What follows it unless the user says otherwise. */
  recommended: recommendationSchema,
  weightsSha256: z.string(),
  sizeBytes: z.number(),
});
export type ModelCard = z.infer<typeof modelCardSchema>;

export const modelRoutes = {
  list: defineRoute('GET /api/models', {
    summary:
      'The installed networks, best fit first where a voxel size is given ("z,y,x" in nm); broken packages say why.',
    query: z.strictObject({ voxelSizeNm: z.string().optional() }),
    response: z.object({
      models: z.array(modelCardSchema),
      broken: z.array(z.object({ directory: z.string(), message: z.string() })),
    }),
  }),
} as const;
