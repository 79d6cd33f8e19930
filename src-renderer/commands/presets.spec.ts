import { describe, expect, it } from 'vitest';

import { parseChord } from './chord.ts';
import { KEYMAP_CHANGES } from './presets.ts';

const sources = Object.values(
  import.meta.glob<string>(['../features/**/*.{ts,vue}', '../app/*.ts'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
).join('\n');

describe.each(Object.entries(KEYMAP_CHANGES))('the keymap of %s', (_, changes) => {
  it.each(Object.keys(changes))('changes a command that there is: %s', (id) => expect(sources).toContain(`'${id}'`));

  it('has chords that can be pressed', () => {
    for (const chord of Object.values(changes).flat())
      if (chord !== null) expect(parseChord(chord), chord).not.toBeNull();
  });

  it('uses no chord twice', () => {
    const chords = Object.values(changes)
      .flat()
      .filter((chord) => chord !== null);
    expect(new Set(chords).size).toBe(chords.length);
  });
});
