import { describe, expect, it } from 'vitest';

import type { VoxelSizeNm } from '#domain/geometry.ts';

import { chooseModel, chooseTarget, requireSimilarVoxelSize, resamplingFactor } from './chooseModel.ts';
import type { ModelTarget } from './fascicleConfig.ts';
import type { ModelPackage } from './modelPackage.ts';

const target = (name: string, voxelSizeNm: VoxelSizeNm, acceptedNm?: ModelTarget['acceptedNm']): ModelTarget =>
  ({ name, voxelSizeNm: [...voxelSizeNm], ...(acceptedNm && { acceptedNm }) }) as ModelTarget;
const model = (id: string, ...targets: ModelTarget[]) => ({ id, config: { targets } }) as unknown as ModelPackage;

const cortex = target('cortex', [30, 12, 12]);
const fly = target('fly', [10, 10, 10]);

describe('resamplingFactor', () => {
  it.each([
    [
      [30, 12, 12],
      [1, 1, 1],
    ],
    [
      [30, 6, 6],
      [1, 2, 2],
    ],
    [
      [25, 10, 14],
      [1, 1, 1],
    ],
    [
      [30, 5, 5],
      [1, 2, 2],
    ],
    [
      [30, 7, 7],
      [1, 2, 2],
    ],
    [
      [30, 4, 24],
      [1, 3, 0.5],
    ],
    [
      [45, 8, 8],
      [30 / 45, 1.5, 1.5],
    ],
  ] as const)('brings voxels of %j nm to 30 x 12 x 12 by %j', (voxelSizeNm, factor) => {
    expect(resamplingFactor(cortex, voxelSizeNm)).toEqual(factor);
  });

  it('leaves alone what the package accepts, and nothing else', () => {
    const strict = target('strict', [30, 12, 12], { min: [30, 12, 12], max: [30, 12, 12] });
    expect(resamplingFactor(strict, [30, 12, 12])).toEqual([1, 1, 1]);
    expect(resamplingFactor(strict, [30, 11, 12])).toEqual([1, 12 / 11, 1]);
  });
});

describe('chooseTarget', () => {
  it('takes the sampling that needs the least resampling, refining last', () => {
    const both = model('both', cortex, fly);
    expect(chooseTarget(both, [30, 6, 6]).target.name).toBe('cortex');
    expect(chooseTarget(both, [8, 8, 8])).toMatchObject({ target: { name: 'fly' }, factor: [1, 1, 1], cost: 0 });
    expect(chooseTarget(both, [15, 15, 15]).target.name).toBe('cortex');
  });
});

describe('chooseModel', () => {
  it('takes the first of the models that fit best', () => {
    const models = [model('a', cortex), model('b', fly), model('c', fly)];
    expect(chooseModel(models, [10, 10, 10]).model.id).toBe('b');
    const preliminary = { ...models[1]!, config: { ...models[1]!.config, preliminary: true } };
    expect(chooseModel([preliminary, models[0]!], [10, 10, 10]).model.id).toBe('a');
    expect(chooseModel([preliminary], [10, 10, 10]).model.id).toBe('b');
    expect(() => chooseModel([], [10, 10, 10])).toThrow(/No model is installed/);
  });
});

describe('requireSimilarVoxelSize', () => {
  const check = (voxelSizeNm: VoxelSizeNm) => {
    const network = model('cortex', cortex);
    requireSimilarVoxelSize(network, voxelSizeNm, chooseTarget(network, voxelSizeNm));
  };

  it('takes what microscopes give', () => {
    for (const voxelSizeNm of [
      [30, 6, 6],
      [2, 2, 2],
      [200, 100, 100],
    ] as const)
      expect(() => check(voxelSizeNm)).not.toThrow();
  });

  it('refuses sizes in other units', () => {
    for (const voxelSizeNm of [
      [0.03, 0.006, 0.006],
      [30_000, 6000, 6000],
      [1e9, 1, 1],
    ] as const)
      expect(() => check(voxelSizeNm)).toThrow(
        /32 times larger or smaller.*cortex was trained on \(30 x 12 x 12 nm\).*nanometres/,
      );
  });
});
