import { describe, expect, it } from 'vitest';

import { thresholdScale } from './thresholdScale.ts';
import { formatSummary } from './wordsOfEdit.ts';

describe('the words of an edit', () => {
  const plain = thresholdScale(null);
  const beta = thresholdScale(0.4);

  it('have their thousands apart', () => {
    expect(formatSummary('Merge 1227 + 26196', plain)).toBe('Merge 1\u202f227 + 26\u202f196');
    expect(formatSummary('Threshold 0.6923', plain)).toBe('Threshold 0.6923');
  });

  it('say beta where the project is that of a multicut', () => {
    expect(formatSummary('Threshold 0.6923', beta)).toBe('Beta 0.6');
    expect(formatSummary('Threshold 0.5, fragments from 300 voxels', beta)).toBe('Beta 0.4, fragments from 300 voxels');
    expect(formatSummary('Threshold 0.6923 for 12345', beta)).toBe('Beta 0.6 for 12\u202f345');
    expect(formatSummary('Global threshold for 12', beta)).toBe('Global beta for 12');
    expect(formatSummary('Went to: Take back: Threshold 1', beta)).toBe('Went to: Take back: Beta 1');
  });

  it('leave what people wrote as it is', () => {
    expect(formatSummary('Name 12: Threshold 0.5', beta)).toBe('Name 12: Threshold 0.5');
  });
});
