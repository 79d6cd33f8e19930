import { Command } from 'commander';
import { describe, expect, it } from 'vitest';

import { scoreChoice, withScoreOptions } from './scoreOptions.ts';

const parse = (...words: string[]) =>
  scoreChoice(
    withScoreOptions(new Command())
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse(words, { from: 'user' })
      .opts(),
  );

describe('the score options', () => {
  it('leave the choice to the model when none is given', () => {
    expect(parse()).toBeNull();
  });

  it('name a method, or a value that only one method has', () => {
    expect(parse('--agglomeration', 'mean')).toEqual({ kind: 'mean' });
    expect(parse('--quantile', '0.7')).toEqual({ kind: 'quantile', quantile: 0.7 });
    expect(parse('--agglomeration', 'quantile')).toEqual({ kind: 'quantile', quantile: 0.5 });
    expect(parse('--agglomeration', 'multicut')).toEqual({ kind: 'multicut', beta: null, byContactArea: true });
    expect(parse('--beta', '0.4', '--equal-edges')).toEqual({ kind: 'multicut', beta: 0.4, byContactArea: false });
  });

  it('refuse a value of another method, and what is out of range', () => {
    expect(() => parse('--agglomeration', 'mean', '--beta', '0.4')).toThrow(
      /--beta goes with --agglomeration multicut/,
    );
    expect(() => parse('--beta', '0.4', '--quantile', '0.4')).toThrow(/--quantile goes with --agglomeration quantile/);
    expect(() => parse('--beta', '0')).toThrow(/from 0.01 to 0.99/);
    expect(() => parse('--agglomeration', 'cut')).toThrow(/Allowed choices are mean, quantile, multicut/);
  });
});
