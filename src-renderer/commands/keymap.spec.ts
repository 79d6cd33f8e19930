import { describe, expect, it } from 'vitest';

import type { Command } from './command.ts';
import { chordsOf, conflictsOf, refusalOfChord } from './keymap.ts';

const command = (id: string, keys?: Command['keys'], edits = false): Command => ({
  id,
  label: id,
  group: 'Test',
  keys,
  edits,
  run: () => undefined,
});

describe('chordsOf', () => {
  const next = command('view.nextSlice', '.');

  it('are our own in the keymap of neuroglancer', () => expect(chordsOf(next, 'neuroglancer', {})).toEqual(['.']));
  it('are those of another program in its keymap', () => expect(chordsOf(next, 'webknossos', {})).toEqual(['F', '.']));
  it('are our own where a keymap says nothing', () => expect(chordsOf(next, 'paintera', {})).toEqual(['.']));
  it("are the user's before any keymap", () =>
    expect(chordsOf(next, 'webknossos', { 'view.nextSlice': 'ctrl+j' })).toEqual(['Mod+J']));
  it('are none where the user wants none', () =>
    expect(chordsOf(next, 'neuroglancer', { 'view.nextSlice': null })).toEqual([]));
});

describe('conflictsOf', () => {
  it('names the other commands of a chord', () => {
    const all = [command('a', 'S'), command('b', 'X'), command('c', ['S', 'Y'])];
    expect(conflictsOf('S', all[0], all, 'neuroglancer', {}).map(({ id }) => id)).toEqual(['c']);
    expect(conflictsOf('S', all[0], all, 'neuroglancer', { c: null })).toEqual([]);
  });
});

describe('refusalOfChord', () => {
  it('gives no bare key to a command that edits', () => {
    expect(refusalOfChord('M', command('merge', undefined, true))).toMatch(/never changes anything/);
    expect(refusalOfChord('Shift+M', command('merge', undefined, true))).toBeNull();
    expect(refusalOfChord('M', command('look'))).toBeNull();
  });
  it('keeps the keys that leave and that move the focus', () => {
    expect(refusalOfChord('Escape', command('look'))).not.toBeNull();
    expect(refusalOfChord('Tab', command('look'))).not.toBeNull();
  });
});
