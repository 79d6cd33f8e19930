import { describe, expect, it } from 'vitest';

import { fuzzyScore } from './fuzzyScore.ts';

const best = (query: string, texts: string[]): string | undefined =>
  texts
    .map((text) => ({ text, score: fuzzyScore(query, text) }))
    .filter((each) => each.score !== null)
    .sort((a, b) => b.score! - a.score!)[0]?.text;

describe('fuzzyScore', () => {
  it('finds letters in order', () => {
    expect(fuzzyScore('hos', 'Hide the other segments')).not.toBeNull();
    expect(fuzzyScore('zzz', 'Hide the other segments')).toBeNull();
  });
  it('likes whole pieces and beginnings of words', () => {
    expect(best('jump', ['Just unpin my plane', 'Jump to the segment'])).toBe('Jump to the segment');
    expect(best('pr', ['Export', 'Preferences'])).toBe('Preferences');
  });
  it('takes words in any order', () => expect(fuzzyScore('slice next', 'Next slice')).not.toBeNull());
  it('prefers the shorter of equal fits', () =>
    expect(best('zoom', ['Zoom in on everything', 'Zoom in'])).toBe('Zoom in'));
});
