import { describe, expect, it } from 'vitest';

import { baseName, breadcrumbs, folderNameProblem, isFullPath, joinPath, parentPath, projectNameFor } from './paths.ts';

describe('paths of the engine', () => {
  it('follow the separator of the path', () => {
    expect(joinPath('/data', 'em')).toBe('/data/em');
    expect(joinPath('/', 'data')).toBe('/data');
    expect(joinPath('D:\\data', 'em')).toBe('D:\\data\\em');
    expect(joinPath('C:\\', 'em')).toBe('C:\\em');
    expect(baseName('/data/em/ac4.h5')).toBe('ac4.h5');
    expect(baseName('D:\\em\\ac4.h5')).toBe('ac4.h5');
  });

  it('are told from words to filter by', () => {
    expect(['/data', 'C:\\em', 'ac4', 'a/b', ''].map(isFullPath)).toEqual([true, true, false, false, false]);
  });

  it('name every folder on the way', () => {
    expect(breadcrumbs('/data/em')).toEqual([
      { name: '/', path: '/' },
      { name: 'data', path: '/data' },
      { name: 'em', path: '/data/em' },
    ]);
    expect(breadcrumbs('D:\\em').map(({ path }) => path)).toEqual(['D:\\', 'D:\\em']);
    expect(parentPath('/data/em/')).toBe('/data');
    expect(parentPath('/')).toBe('/');
  });
});

describe('names of projects', () => {
  it('come from the volume', () => {
    expect(projectNameFor('/data/em/ac4 train (z0-79).h5')).toBe('ac4-train-z0-79');
    expect(projectNameFor('/data/cells.ome.zarr')).toBe('cells');
    expect(projectNameFor('/data/brain.nii.gz')).toBe('brain');
    expect(projectNameFor('/data/...')).toBe('project');
  });

  it('are refused where some system could not hold them', () => {
    expect(folderNameProblem('ac4')).toBeNull();
    expect(folderNameProblem(' ')).toMatch(/needs a name/);
    expect(folderNameProblem('a/b')).toMatch('/');
    expect(folderNameProblem('a.')).toMatch(/dot/);
  });
});
