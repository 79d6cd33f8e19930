import { expect, it } from 'vitest';

import { formatBytes } from '#renderer/format/index.ts';

import { lineOfFile } from './lineOfFile.ts';

it('says name, format and size, and nothing of the size of a folder', () => {
  expect(lineOfFile({ name: 'a.h5', format: 'hdf5', sizeBytes: 2_000_000 })).toBe(
    `a.h5, HDF5, ${formatBytes(2_000_000)}`,
  );
  expect(lineOfFile({ name: 'a.zarr', format: 'zarr3', sizeBytes: 0 })).toBe('a.zarr, Zarr v3');
  expect(lineOfFile({ name: 'a', format: 'other', sizeBytes: 0 })).toBe('a, other');
});
