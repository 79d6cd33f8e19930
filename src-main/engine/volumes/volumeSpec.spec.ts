import { describe, expect, it } from 'vitest';

import { formatVolumeSpec, parseVolumeSpec } from './volumeSpec.ts';

describe('parseVolumeSpec', () => {
  const existing = new Set(['/data/a.h5', '/data/odd:name.h5', 'C:/data/a.h5', '/data/a.zarr']);
  const parse = (spec: string) => parseVolumeSpec(spec, (path) => existing.has(path));

  it.each([
    ['/data/a.h5', '/data/a.h5', null],
    ['/data/a.h5:/volumes/raw', '/data/a.h5', 'volumes/raw'],
    ['/data/a.h5:raw', '/data/a.h5', 'raw'],
    ['/data/a.h5:', '/data/a.h5', null],
    ['/data/odd:name.h5', '/data/odd:name.h5', null],
    ['/data/odd:name.h5:/x', '/data/odd:name.h5', 'x'],
    ['C:/data/a.h5', 'C:/data/a.h5', null],
    ['C:/data/a.h5:/raw', 'C:/data/a.h5', 'raw'],
    ['/data/a.zarr:/1', '/data/a.zarr', '1'],
    ['/data/missing.h5:/raw', '/data/missing.h5', 'raw'],
    ['C:/data/missing.h5', 'C:/data/missing.h5', null],
  ])('splits %s', (spec, path, dataset) => {
    expect(parse(spec)).toEqual({ path, dataset });
  });

  it.each(
    [...existing].flatMap((path) => [
      { path, dataset: null },
      { path, dataset: 'volumes/raw' },
    ]),
  )('gives $path and $dataset again as they were put together', (spec) => {
    expect(parse(formatVolumeSpec(spec))).toEqual(spec);
  });
});
