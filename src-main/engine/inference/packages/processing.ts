import { FascicleError } from '#domain/errors.ts';

import { mapHistogram, meanOf, percentileOf, standardDeviationOf } from '../histogram.ts';
import type { Histogram } from '../histogram.ts';
import { invertHistogram } from '../negative.ts';
import type { Negative } from '../negative.ts';

import type { ProcessingStep } from './rdfSchema.ts';

/**
 * The elementwise map that a chain of processing steps comes to once the statistics of the volume are known. Values go
 * through the stages in order.
 */
export type ValueMap = readonly ValueStage[];
export type ValueStage =
  | { readonly kind: 'affine'; readonly scale: number; readonly offset: number }
  | { readonly kind: 'clip'; readonly min: number; readonly max: number }
  | { readonly kind: 'sigmoid' };

/** True where a chain cannot be bound without the statistics of the volume. */
export function needsStatistics(steps: readonly ProcessingStep[]): boolean {
  return steps.some((step) => step.id === 'scale_range' || step.id === 'zero_mean_unit_variance');
}

/**
 * Binds the steps to the intensities of a whole volume. The statistics of a step are those of the volume after the
 * steps before it.
 *
 * @param histogram intensities before the first step; null is enough where `needsStatistics` is false
 * @throws 'unsupported' for a step that reduces over other axes than all of z, y and x
 */
export function bindProcessing(steps: readonly ProcessingStep[], histogram: Histogram | null): ValueMap {
  const stages: ValueStage[] = [];
  for (const step of steps) {
    const current = () => {
      if (histogram === null) throw new FascicleError('internal', `${step.id} was bound without statistics.`);
      return mapHistogram(histogram, (value) => mapValue(stages, value));
    };
    const stage = bindStep(step, current);
    if (stage !== null) append(stages, stage);
  }
  return stages;
}

/**
 * The same for the negative of an image, which is what the network is to see.
 *
 * @param histogram intensities of the image itself, as for `bindProcessing`
 */
export function bindInverted(
  steps: readonly ProcessingStep[],
  histogram: Histogram | null,
  negative: Negative,
): ValueMap {
  const stages: ValueStage[] = [{ kind: 'affine', scale: -1, offset: negative.sum }];
  for (const stage of bindProcessing(steps, histogram && invertHistogram(histogram, negative))) append(stages, stage);
  return stages;
}

function bindStep(step: ProcessingStep, current: () => Histogram): ValueStage | null {
  switch (step.id) {
    case 'ensure_dtype':
      if (step.kwargs.dtype === 'float32' || step.kwargs.dtype === 'float64') return null;
      throw new FascicleError('unsupported', `ensure_dtype to ${step.kwargs.dtype} is not supported, float32 is.`);
    case 'scale_linear':
      return { kind: 'affine', scale: step.kwargs.gain, offset: step.kwargs.offset };
    case 'fixed_zero_mean_unit_variance':
      return { kind: 'affine', scale: 1 / step.kwargs.std, offset: -step.kwargs.mean / step.kwargs.std };
    case 'zero_mean_unit_variance': {
      checkAxes(step);
      const histogram = current();
      const scale = 1 / (standardDeviationOf(histogram) + step.kwargs.eps);
      return { kind: 'affine', scale, offset: -meanOf(histogram) * scale };
    }
    case 'scale_range': {
      checkAxes(step);
      const histogram = current();
      const low = percentileOf(histogram, step.kwargs.min_percentile);
      const scale = 1 / (percentileOf(histogram, step.kwargs.max_percentile) - low + step.kwargs.eps);
      return { kind: 'affine', scale, offset: -low * scale };
    }
    case 'clip':
      return { kind: 'clip', ...step.kwargs };
    case 'sigmoid':
      return { kind: 'sigmoid' };
  }
}

function checkAxes(step: { id: string; kwargs: { axes?: string[] | undefined } }): void {
  const { axes } = step.kwargs;
  if (axes !== undefined && !['z', 'y', 'x'].every((axis) => axes.includes(axis)))
    throw new FascicleError(
      'unsupported',
      `${step.id} over the axes ${axes.join(', ')} is not supported: statistics are of the whole volume, name z, y and x.`,
    );
}

/** Two affine stages in a row become one, so that a chain costs one multiplication for each voxel. */
function append(stages: ValueStage[], stage: ValueStage): void {
  const last = stages.at(-1);
  if (last?.kind === 'affine' && stage.kind === 'affine')
    stages[stages.length - 1] = {
      kind: 'affine',
      scale: last.scale * stage.scale,
      offset: last.offset * stage.scale + stage.offset,
    };
  else stages.push(stage);
}

/** One value through all stages. */
export function mapValue(stages: ValueMap, value: number): number {
  for (const stage of stages)
    if (stage.kind === 'affine') value = value * stage.scale + stage.offset;
    else if (stage.kind === 'clip') value = Math.min(stage.max, Math.max(stage.min, value));
    else value = 1 / (1 + Math.exp(-value));
  return value;
}

/** All values through all stages, in place. */
export function mapValuesInPlace(stages: ValueMap, values: Float32Array): void {
  for (const stage of stages)
    if (stage.kind === 'affine') {
      const { scale, offset } = stage;
      for (let i = 0; i < values.length; i++) values[i] = values[i] * scale + offset;
    } else if (stage.kind === 'clip') {
      const { min, max } = stage;
      for (let i = 0; i < values.length; i++) values[i] = Math.min(max, Math.max(min, values[i]));
    } else for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]));
}
