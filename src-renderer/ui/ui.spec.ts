import { describe, expect, it } from 'vitest';

import { chartPath, extentOf } from './chartPath.ts';
import { clampSize, sizeAfterKey } from './dividerSize.ts';
import { ICON_NAMES } from './iconNames.ts';
import sprite from './icons.svg?raw';
import { plotToCsv } from './plotTable.ts';

describe('the sprite', () => {
  it('has exactly the named icons', () => {
    const ids = [...sprite.matchAll(/<symbol id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids).toEqual([...ICON_NAMES]);
  });
});

describe('sizes of panes', () => {
  const limits = { min: 200, max: 420, initial: 256 };
  it('stay within their limits', () => {
    expect(clampSize(100, limits)).toBe(200);
    expect(clampSize(1000, limits)).toBe(420);
  });
  it('follow the keys of a divider', () => {
    expect(sizeAfterKey('ArrowRight', 256, limits, 'ArrowRight')).toBe(264);
    expect(sizeAfterKey('ArrowLeft', 256, limits, 'ArrowRight')).toBe(248);
    expect(sizeAfterKey('ArrowLeft', 256, limits, 'ArrowLeft')).toBe(264);
    expect(sizeAfterKey('Home', 256, limits, 'ArrowRight')).toBe(200);
    expect(sizeAfterKey('Enter', 400, limits, 'ArrowRight')).toBe(256);
    expect(sizeAfterKey('a', 256, limits, 'ArrowRight')).toBeNull();
  });
});

describe('chartPath', () => {
  it('draws from the lower left', () =>
    expect(chartPath([0, 1, 2], { width: 100, height: 40 })).toBe('M0 40L50 20L100 0'));
  it('breaks at a gap', () =>
    expect(chartPath([0, 1, null, 1], { width: 90, height: 10, extent: [0, 1] })).toBe('M0 10L30 0M90 0'));
  it('closes areas to the bottom', () =>
    expect(chartPath([1, 1], { width: 10, height: 10, extent: [0, 1], area: true })).toBe('M0 10L0 0L10 0L10 10Z'));
  it('gives a flat line a height', () => {
    expect(extentOf([3, 3])).toEqual([3, 4]);
    expect(extentOf([null])).toEqual([0, 1]);
  });
});

describe('plotToCsv', () => {
  it('writes a header, quotes and gaps', () =>
    expect(
      plotToCsv(
        'time',
        [1, 2],
        [
          { label: 'speed, MB/s', values: [5, null], tone: 'acted' },
          { label: 'mean', values: [4, 4], tone: 'context' },
        ],
      ),
    ).toBe('time,"speed, MB/s",mean\n1,5,4\n2,,4\n'));
});
