import { expect, it } from 'vitest';

import { exportRequestSchema } from '#contract/routes/exports.ts';

import { defaultForm, FORMATS, problemOf, requestOf } from './exportForm.ts';

const form = defaultForm('/data', 'cortex');

it.each(FORMATS)('asks for $label under the name that was given', ({ value, ending }) => {
  const request = requestOf({ ...form, format: value, withRaw: true, withMeshes: true }, []);
  expect(exportRequestSchema.parse(request)).toEqual(request);
  expect(request.labels).toMatchObject({
    path: `/data/cortex-labels${ending}`,
    withRaw: value === 'cremi',
    withMeshes: value === 'precomputed',
    ignoreId: null,
  });
});

it('takes the selected segments, or all', () => {
  expect(requestOf({ ...form, meshes: 'selected' }, [3, 5]).meshes?.segments).toEqual([3, 5]);
  expect(requestOf({ ...form, meshes: 'all' }, [3, 5]).meshes?.segments).toBe(null);
  expect(problemOf({ ...form, meshes: 'selected' }, [])).toContain('Select');
});

it('says what is missing, and nothing where all is there', () => {
  expect(problemOf(form, [])).toBe(null);
  expect(problemOf({ ...form, labels: false }, [])).toContain('what to write');
  expect(problemOf({ ...form, name: 'a/b' }, [])).toContain('slashes');
  expect(problemOf({ ...form, directory: '' }, [])).toContain('folder');
  expect(problemOf({ ...form, ignoreUnreviewed: true, ignoreId: '-1' }, [])).toContain('whole number');
});

it('writes paths as the engine’s system does', () => {
  expect(requestOf(defaultForm('C:\\data', 'cortex'), []).manifest).toBe('C:\\data\\cortex-manifest.json');
});
