import { z } from 'zod';

import { fascicleConfigSchema } from './fascicleConfig.ts';

/**
 * The part of the BioImage Model Zoo description 0.5 (`rdf.yaml`) that an inference needs. Fields of the format that
 * are not listed are ignored: a package made for the zoo carries many that concern a web page. Source of the format:
 * the "bioimageio.spec" model description, format version 0.5.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 is 64 hexadecimal digits in lower case');
const fileSchema = z.object({ source: z.string().min(1), sha256: sha256.optional() });

const sizeSchema = z.union([
  z.int().min(1),
  z.object({ min: z.int().min(1), step: z.int().min(0) }),
  z.object({ tensor_id: z.string(), axis_id: z.string(), offset: z.int().default(0) }),
]);

const axisSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('batch'), size: z.literal(1).optional() }),
  z.object({ type: z.literal('channel'), channel_names: z.array(z.string()).min(1) }),
  z.object({
    type: z.literal('space'),
    id: z.enum(['z', 'y', 'x']),
    size: sizeSchema,
    halo: z.int().min(0).default(0),
  }),
]);

const scalarOrList = z.union([
  z.number(),
  z
    .array(z.number())
    .length(1)
    .transform((list) => list[0]),
]);
const axes = z.array(z.string()).optional();
const numberType = z.string();

/** The processing steps that can be computed from one value and volume-wide statistics. */
export const processingSchema = z.discriminatedUnion('id', [
  z.object({ id: z.literal('ensure_dtype'), kwargs: z.object({ dtype: numberType }) }),
  z.object({
    id: z.literal('scale_linear'),
    kwargs: z.object({ gain: scalarOrList.default(1), offset: scalarOrList.default(0) }),
  }),
  z.object({
    id: z.literal('scale_range'),
    kwargs: z
      .object({
        axes,
        min_percentile: z.number().min(0).max(100).default(0),
        max_percentile: z.number().min(0).max(100).default(100),
        eps: z.number().positive().default(1e-6),
        reference_tensor: z.null().optional(),
      })
      .prefault({}),
  }),
  z.object({
    id: z.literal('zero_mean_unit_variance'),
    kwargs: z.object({ axes, eps: z.number().positive().default(1e-6) }).prefault({}),
  }),
  z.object({
    id: z.literal('fixed_zero_mean_unit_variance'),
    kwargs: z.object({ mean: scalarOrList, std: scalarOrList }),
  }),
  z.object({ id: z.literal('clip'), kwargs: z.object({ min: z.number(), max: z.number() }) }),
  z.object({ id: z.literal('sigmoid') }),
]);

const tensorSchema = z.object({
  id: z.string().min(1),
  axes: z.array(axisSchema),
  test_tensor: fileSchema,
});

const toleranceSchema = z.object({
  relative_tolerance: z.number().min(0).default(1e-3),
  absolute_tolerance: z.number().min(0).default(1e-3),
  mismatched_elements_per_million: z.int().min(0).default(100),
  output_ids: z.array(z.string()).default([]),
  weights_formats: z.array(z.string()).default([]),
});

const citationSchema = z.object({ text: z.string(), doi: z.string().optional(), url: z.string().optional() });

export const rdfSchema = z.object({
  type: z.literal('model'),
  format_version: z.string().regex(/^0\.5\.\d+$/),
  id: z.string().optional(),
  name: z.string().min(1),
  description: z.string().default(''),
  tags: z.array(z.string()).default([]),
  version: z.union([z.string(), z.number()]).transform(String).default('1'),
  license: z.string().optional(),
  cite: z.array(citationSchema).default([]),
  inputs: z.array(tensorSchema.extend({ preprocessing: z.array(processingSchema).default([]) })).length(1),
  outputs: z.array(tensorSchema.extend({ postprocessing: z.array(processingSchema).default([]) })).min(1),
  weights: z.object({
    onnx: z.object({ source: z.string().min(1), sha256, opset_version: z.int() }),
  }),
  config: z.object({
    bioimageio: z
      .object({ reproducibility_tolerance: z.array(toleranceSchema).default([]) })
      .default({ reproducibility_tolerance: [] }),
    fascicle: fascicleConfigSchema,
  }),
});

export type Rdf = z.infer<typeof rdfSchema>;
export type ProcessingStep = z.infer<typeof processingSchema>;
export type TensorAxis = z.infer<typeof axisSchema>;
export type Tolerance = z.infer<typeof toleranceSchema>;
