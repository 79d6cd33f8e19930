import { expect, it } from 'vitest';

import type { ReviewItem } from '#contract/routes/review.ts';
import { REVIEW_KINDS } from '#domain/review.ts';

import { evidenceOf, formatChange, KIND_ICONS, questionOf, titleOf } from './reviewWords.ts';

const item = (changes: Partial<ReviewItem>): ReviewItem => ({
  ...{ key: 'orphan 1 2', kind: 'orphan', segments: [26196, 2934], supervoxels: [1, 2], place: [0, 0, 0], box: null },
  ...{ voxels: 4000, score: 0.486, chance: 0.4, expectedVi: -0.0291 },
  ...changes,
});
const plain = (text: string) => text.replace(/[\u2009\u00a0\u202f]/g, ' ');

it('says what may be wrong, with which object and why', () => {
  expect(plain(titleOf(item({}), 1e-5))).toBe('Orphan, 0.04 µm³');
  expect(plain(titleOf(item({}), 0))).toBe('Orphan, 4 000 voxels');
  expect(titleOf(item({ kind: 'false-merge' }), 0)).toBe('Possible false merge');
  expect(titleOf(item({ kind: 'self-touching' }), 0)).toBe('Touches itself');
  expect(titleOf(item({ kind: 'oversize' }), 0)).toBe('Far larger than the rest');
  expect(plain(titleOf(item({ kind: 'enclosed' }), 1e-5))).toBe('Inside another, 0.04 µm³');
  expect(plain(evidenceOf(item({})))).toBe('26 196 → 2 934 · contact 0.49');
  expect(plain(evidenceOf(item({ segments: [12, 12] })))).toBe('12 · contact 0.49');
  expect(plain(questionOf(item({})))).toBe('Do 26 196 and 2 934 belong together?');
  expect(plain(questionOf(item({ segments: [12, 12] })))).toBe('Is 12 two objects?');
});

it('has a picture of its own for every kind', () => {
  expect(new Set(Object.values(KIND_ICONS)).size).toBe(REVIEW_KINDS.length);
});

it('gives changes their sign, and none to what does not show', () => {
  expect(formatChange(-0.0291, 3)).toBe('−0.029');
  expect(formatChange(0.0062, 4)).toBe('+0.0062');
  expect(formatChange(-0.00001, 3)).toBe('0.000');
});
