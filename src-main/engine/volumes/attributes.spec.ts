import { describe, expect, it } from 'vitest';

import { axesFromAttributes, axisLetters, voxelSizeFromAttributes } from './attributes.ts';
import { planAxes } from './axes.ts';

describe('voxelSizeFromAttributes', () => {
  const plan = planAxes([5, 7, 9], null, 'it');

  it.each([
    [{ resolution: Float64Array.of(40, 4, 4) }, [40, 4, 4]],
    [{ resolution: [0.04, 0.004, 0.004], resolution_unit: 'um' }, [40, 4, 4]],
    [{ voxel_size: [40, 4, 4], units: ['nm', 'nm', 'nm'] }, [40, 4, 4]],
    [{ element_size_um: [0.04, 0.004, 0.004] }, [40, 4, 4]],
    [{ resolution: BigInt64Array.of(40n, 4n, 4n) }, [40, 4, 4]],
    [{ resolution: [40, 4] }, null],
    [{ resolution: [0, 0, 0] }, null],
    [{ resolution: [1, 1, 1], resolution_unit: 'parsec' }, null],
    [{}, null],
  ])('reads a voxel size (%#)', (attributes, size) => {
    expect(voxelSizeFromAttributes(attributes, plan)).toEqual(size);
  });

  it('follows the stored order', () => {
    const xyz = planAxes([9, 7, 5], 'xyz', 'it');
    expect(voxelSizeFromAttributes({ resolution: [4, 5, 40] }, xyz)).toEqual([40, 5, 4]);
  });
});

describe('axes of attributes', () => {
  it('reads words, lists and marked channels', () => {
    expect(axesFromAttributes({ axes: 'ZYX' })).toBe('zyx');
    expect(axesFromAttributes({ axis_names: ['c^', 'z', 'y', 'x'] })).toBe('czyx');
    expect(axesFromAttributes({ DIMENSION_LABELS: ['z', 'y', 'x'] })).toBe('zyx');
    expect(axesFromAttributes({ axes: 'no axes at all' })).toBeNull();
    expect(axisLetters(['channel', 'z', 'y', 'x'])).toBe('czyx');
    expect(axisLetters(['dim_0', 'dim_1'])).toBeNull();
  });
});
