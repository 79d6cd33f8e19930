import { describe, expect, it } from 'vitest';

import type { Command } from '#renderer/commands/index.ts';

import { groupCommands } from './groupCommands.ts';
import { rankCommands } from './rankCommands.ts';

const command = (id: string, label: string, group = 'View'): Command => ({ id, label, group, run: () => undefined });
const all = [
  command('a', 'Zoom in'),
  command('b', 'Go to a position', 'Navigate'),
  command('c', 'Hide the other segments', 'Segments'),
  command('d', 'Zoom out'),
];
const ids = (commands: readonly Command[]): string => commands.map(({ id }) => id).join('');

describe('rankCommands', () => {
  it('begins with the recent ones where nothing is asked', () =>
    expect(ids(rankCommands(all, '', ['d', 'x', 'b']))).toBe('dbac'));
  it('gives the best fit first', () => expect(ids(rankCommands(all, 'hide', []))).toBe('c'));
  it('finds a command by its group', () => expect(ids(rankCommands(all, 'navigate', []))).toBe('b'));
  it('puts a command that is called so before those of a group that is', () => {
    const review = [
      command('n', 'Answer no', 'Review'),
      command('p', 'Picture of the review', 'View'),
      command('r', 'Review queue', 'Review'),
    ];
    expect(ids(rankCommands(review, 'review', ['n']))).toBe('rpn');
  });
  it('prefers what was used before among equal fits', () => expect(ids(rankCommands(all, 'zoom', ['d']))).toBe('da'));
});

describe('groupCommands', () => {
  it('keeps the order of registration', () =>
    expect(groupCommands(all).map(({ name, commands }) => [name, ids(commands)])).toEqual([
      ['View', 'ad'],
      ['Navigate', 'b'],
      ['Segments', 'c'],
    ]));
});
