import { describe, expect, it } from 'vitest';

import { chordLabel, chordOf, chordShortLabel, chordsOfPress, chordToAria, parseChord } from './chord.ts';
import type { KeyPress } from './chord.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

describe('chordOf', () => {
  it.each([
    [press('s'), 'S'],
    [press('M', { shiftKey: true }), 'Shift+M'],
    [press('k', { ctrlKey: true }), 'Mod+K'],
    [press('Z', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+Z'],
    [press('{', { shiftKey: true }), '{'],
    [press('?', { shiftKey: true }), '?'],
    [press(' '), 'Space'],
    [press('+', { ctrlKey: true, shiftKey: true }), 'Mod+Plus'],
    [press('F6', { shiftKey: true }), 'Shift+F6'],
    [press('Enter', { ctrlKey: true }), 'Mod+Enter'],
  ])('names a press as it is typed', (event, chord) => expect(chordOf(event, false)).toBe(chord));

  it('takes the command key of a Mac for Ctrl, and keeps its Ctrl apart', () => {
    expect(chordOf(press('k', { metaKey: true }), true)).toBe('Mod+K');
    expect(chordOf(press('b', { ctrlKey: true }), true)).toBe('Ctrl+B');
  });

  it('reads the place of the key under another script', () => {
    expect(chordOf(press('ы', { code: 'KeyS' }), false)).toBe('S');
    expect(chordOf(press('Ь', { code: 'KeyM', shiftKey: true }), false)).toBe('Shift+M');
  });

  it('is nothing for a modifier alone', () => expect(chordOf(press('Shift', { shiftKey: true }))).toBeNull());
});

describe('chordsOfPress', () => {
  it('offers the digit where Shift makes a sign of it', () =>
    expect(chordsOfPress(press(')', { code: 'Digit0', shiftKey: true }), false)).toEqual([')', 'Shift+0']));

  it('takes a digit that needs Shift for the digit', () =>
    expect(chordsOfPress(press('1', { code: 'Digit1', shiftKey: true }), false)).toEqual(['1']));
});

describe('parseChord', () => {
  it.each([
    ['ctrl+shift+z', 'Mod+Shift+Z'],
    ['shift+m', 'Shift+M'],
    ['Shift+Digit0', 'Shift+0'],
    [',', ','],
    ['+', 'Plus'],
    ['mod+,', 'Mod+,'],
    ['escape', 'Escape'],
  ])('brings %s into canonical form', (text, chord) => expect(parseChord(text, false)).toBe(chord));

  it('refuses what names no key', () => {
    expect(parseChord('')).toBeNull();
    expect(parseChord('hyper+k')).toBeNull();
  });

  it.each(['S', 'Shift+M', 'Mod+Shift+Z', '{', 'Space'])('leaves %s as it is', (chord) =>
    expect(parseChord(chord, false)).toBe(chord),
  );
});

describe('labels', () => {
  it('are in the words of the platform', () => {
    expect(chordLabel('Mod+K', false)).toBe('Ctrl K');
    expect(chordLabel('Mod+K', true)).toBe('⌘K');
    expect(chordLabel('Shift+M', false)).toBe('Shift M');
    expect(chordLabel('S', false)).toBe('s');
    expect(chordLabel('Escape', false)).toBe('Esc');
  });
  it('are short in the rail', () => {
    expect(chordShortLabel('Shift+M', false)).toBe('⇧M');
    expect(chordShortLabel('Mod+B', false)).toBe('^B');
  });
  it('are in the words of ARIA for readers', () => {
    expect(chordToAria('Mod+K', false)).toBe('Control+K');
    expect(chordToAria('Mod+K', true)).toBe('Meta+K');
  });
});
