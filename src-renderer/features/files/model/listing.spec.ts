import { describe, expect, it } from 'vitest';

import type { FileEntry } from '#contract/routes/system.ts';

import { actionOf, canChoose, filterEntries, withRecentFolder } from './listing.ts';

const entry = (name: string, kind: FileEntry['kind']): FileEntry => ({
  name,
  path: `/data/${name}`,
  kind,
  sizeBytes: null,
  modifiedAt: null,
});

describe('rows of the file dialog', () => {
  it('enters folders and chooses what fits', () => {
    expect(actionOf(entry('em', 'folder'), 'volume')).toBe('enter');
    expect(actionOf(entry('a.zarr', 'volume'), 'volume')).toBe('choose');
    expect(actionOf(entry('a.zarr', 'volume'), 'project')).toBeNull();
    expect(actionOf(entry('notes.txt', 'other'), 'volume')).toBeNull();
    expect(actionOf(entry('ac4', 'project'), 'folder')).toBeNull();
  });

  it('lets a plain folder be a stack of images, but not a project', () => {
    expect(canChoose(entry('stack', 'folder'), 'volume')).toBe(true);
    expect(canChoose(entry('stack', 'folder'), 'project')).toBe(false);
    expect(canChoose(entry('ac4', 'project'), 'project')).toBe(true);
  });

  it('filters by all words and hides dot files', () => {
    const entries = [entry('.cache', 'folder'), entry('ac4_train.h5', 'volume'), entry('ac4_val.h5', 'volume')];
    expect(filterEntries(entries, '').map(({ name }) => name)).toEqual(['ac4_train.h5', 'ac4_val.h5']);
    expect(filterEntries(entries, 'VAL ac4').map(({ name }) => name)).toEqual(['ac4_val.h5']);
    expect(filterEntries(entries, '.ca').map(({ name }) => name)).toEqual(['.cache']);
  });

  it('keeps each recent folder once, last first', () => {
    expect(withRecentFolder(['/a', '/b'], '/b')).toEqual(['/b', '/a']);
    expect(withRecentFolder(['/a', '/b'], '/c', 2)).toEqual(['/c', '/a']);
  });
});
