import { FascicleError } from '#domain/errors.ts';
import { mapZyx } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';

import type { ModelTarget } from './fascicleConfig.ts';
import { acceptedVoxelSizes } from './modelPackage.ts';
import type { ModelPackage } from './modelPackage.ts';

/**
 * Refining an image invents no detail and multiplies the work, coarsening it loses only what the network never saw in
 * training; so one doubling counts as much as three halvings.
 */
const REFINEMENT_COST = 3;

/** More doublings than any image needs: a preliminary network comes after all others. */
const PRELIMINARY_COST = 1000;

/** Microscopes for the same structures differ by less; units of length differ by 1000. */
const MOST_RESAMPLING = 32;

/** A trained sampling and how far a source is from it. */
export interface TargetChoice {
  readonly target: ModelTarget;
  /** Source voxels for each voxel of the network's grid, z, y, x; 1 where the axis is left alone. */
  readonly factor: Zyx;
  /** Doublings of the voxel size, summed over the axes, refinement weighted; 0 = no resampling. */
  readonly cost: number;
}

/**
 * How an image of `voxelSizeNm` is brought to `target`: axes inside its accepted range are left alone, others get an
 * integer factor (or one over an integer) where that lands inside the range, else the exact ratio.
 */
export function resamplingFactor(target: ModelTarget, voxelSizeNm: VoxelSizeNm): Zyx {
  const accepted = acceptedVoxelSizes(target);
  return mapZyx((axis) => {
    const fits = (factor: number) => {
      const size = voxelSizeNm[axis] * factor;
      return size >= accepted.min[axis] * (1 - 1e-9) && size <= accepted.max[axis] * (1 + 1e-9);
    };
    if (fits(1)) return 1;
    const exact = target.voxelSizeNm[axis] / voxelSizeNm[axis];
    const simple = exact > 1 ? Math.round(exact) : 1 / Math.round(1 / exact);
    return fits(simple) ? simple : exact;
  });
}

/** The target of one model that needs the least resampling; the first of equals. */
export function chooseTarget(model: ModelPackage, voxelSizeNm: VoxelSizeNm): TargetChoice {
  return model.config.targets
    .map((target): TargetChoice => {
      const factor = resamplingFactor(target, voxelSizeNm);
      const cost = factor.reduce((sum, f) => sum + (f >= 1 ? Math.log2(f) : -REFINEMENT_COST * Math.log2(f)), 0);
      return { target, factor, cost };
    })
    .reduce((best, choice) => (choice.cost < best.cost - 1e-9 ? choice : best));
}

/**
 * Refuses a voxel size that no image for this network has: as a rule it is stated in another unit, or the z, y, x of it are mixed up.
 *
 * @throws FascicleError 'bad-request'
 */
export function requireSimilarVoxelSize(
  { id }: Pick<ModelPackage, 'id'>,
  voxelSizeNm: VoxelSizeNm,
  { target, factor }: TargetChoice,
): void {
  if (factor.every((f) => Math.max(f, 1 / f) <= MOST_RESAMPLING)) return;
  throw new FascicleError(
    'bad-request',
    `Voxels of ${voxelSizeNm.join(' x ')} nm (z, y, x) are more than ${MOST_RESAMPLING} times larger or smaller than those that ` +
      `${id} was trained on (${target.voxelSizeNm.join(' x ')} nm). Check the voxel size: it is in nanometres, z first.`,
  );
}

/** Less is better: the resampling that a network needs, and whether it is preliminary. */
export function costAsDefault({ config }: ModelPackage, { cost }: TargetChoice): number {
  return config.preliminary ? cost + PRELIMINARY_COST : cost;
}

/**
 * The model whose training comes closest to a voxel size; the first of equals, so that the order of the directories
 * is the order of preference. Preliminary ones only where there is nothing else.
 *
 * @throws 'not-found' without models
 */
export function chooseModel(
  models: readonly ModelPackage[],
  voxelSizeNm: VoxelSizeNm,
): { model: ModelPackage; choice: TargetChoice } {
  if (models.length === 0)
    throw new FascicleError('not-found', 'No model is installed. Name the folder of a model package with --model.');
  return models
    .map((model) => ({ model, choice: chooseTarget(model, voxelSizeNm) }))
    .map((candidate) => ({ ...candidate, cost: costAsDefault(candidate.model, candidate.choice) }))
    .reduce((best, next) => (next.cost < best.cost - 1e-9 ? next : best));
}
