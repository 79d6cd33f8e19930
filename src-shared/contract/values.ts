import { z } from 'zod';

import { ERROR_KINDS } from '#domain/errors.ts';

/** Values that many routes share. Triples are z, y, x. */

const triple = <T extends z.ZodType<number>>(item: T) => z.tuple([item, item, item]).readonly();

export const zyxSchema = triple(z.number());
export const shapeSchema = triple(z.int().positive());
export const voxelSizeSchema = triple(z.number().positive());

/** Half-open, in voxels. */
export const boxSchema = z.strictObject({ min: triple(z.int()), max: triple(z.int()) });

/** How a failure crosses: the kind decides what the page offers, the message is for the person at the screen. */
export const errorSchema = z.object({
  kind: z.enum([...ERROR_KINDS, 'unauthorised', 'forbidden']),
  message: z.string(),
});
export type ApiErrorBody = z.infer<typeof errorSchema>;

/** An open project in an address: made by the engine, stable for a folder. */
export const projectIdSchema = z.string().regex(/^[a-z0-9]{8,32}$/);
export const jobIdSchema = z.string().regex(/^[a-z0-9-]{1,64}$/);

export const timestampSchema = z.iso.datetime();

/** The slice planes, by the axis that they cut: xy cuts z. Columns of a slice are the first letter, rows the second. */
export const PLANES = ['xy', 'xz', 'yz'] as const;
export const planeSchema = z.enum(PLANES);
export type Plane = z.infer<typeof planeSchema>;
