import { z } from 'zod';

import { defineRoute } from '../defineRoute.ts';
import { planeSchema, projectIdSchema } from '../values.ts';
import { PACKINGS } from '../voxelBlock.ts';

import { layerSchema } from './projects.ts';

const layer = { project: projectIdSchema, layer: layerSchema.shape.id, level: z.coerce.number().int().min(0) };
const channel = z.coerce.number().int().min(0).default(0);
/** How ids may be sent (voxelBlock.ts). */
const packing = z.enum(PACKINGS).default('none');
const integer = z.coerce.number().int();
const number = z.coerce.number();

/** Positions and sizes below are in voxels of the level. */
export const voxelRoutes = {
  slice: defineRoute('GET /api/projects/:project/layers/:layer/levels/:level/slices/:plane/:position', {
    summary: 'A rectangle of a slice as a voxel block of depth 1; columns and rows are those of the plane.',
    params: z.strictObject({ ...layer, plane: planeSchema, position: integer.min(0) }),
    query: z.strictObject({
      column: integer.min(0),
      row: integer.min(0),
      columns: integer.min(1).max(4096),
      rows: integer.min(1).max(4096),
      channel,
      packing,
    }),
    response: 'bytes',
  }),
  box: defineRoute('GET /api/projects/:project/layers/:layer/levels/:level/box', {
    summary: 'A box of voxels as a voxel block, at most 64 MiB.',
    params: z.strictObject(layer),
    query: z.strictObject({
      z: integer.min(0),
      y: integer.min(0),
      x: integer.min(0),
      depth: integer.min(1),
      rows: integer.min(1),
      columns: integer.min(1),
      channel,
    }),
    response: 'bytes',
  }),
  oblique: defineRoute('GET /api/projects/:project/layers/:layer/levels/:level/oblique', {
    summary:
      'A slice at any angle as a voxel block: pixel (row, column) is voxel origin + row * down + column * right; 0 outside. ' +
      'Images are interpolated linearly, labels by the nearest voxel.',
    params: z.strictObject(layer),
    query: z.strictObject({
      originZ: number,
      originY: number,
      originX: number,
      rightZ: number,
      rightY: number,
      rightX: number,
      downZ: number,
      downY: number,
      downX: number,
      columns: integer.min(1).max(4096),
      rows: integer.min(1).max(4096),
      channel,
      packing,
    }),
    response: 'bytes',
  }),
  histogram: defineRoute('GET /api/projects/:project/layers/:layer/histogram', {
    summary: 'Brightness of an image layer, from a coarse level; limits are the 1st and 99th percentile.',
    params: z.strictObject({ project: projectIdSchema, layer: layerSchema.shape.id }),
    query: z.strictObject({ channel }),
    response: z.object({
      counts: z.array(z.number()),
      range: z.tuple([z.number(), z.number()]),
      limits: z.tuple([z.number(), z.number()]),
    }),
  }),
} as const;
