import { describe, expect, it } from 'vitest';

import {
  formatBytes,
  formatCount,
  formatDay,
  formatDecimal,
  formatDuration,
  formatMemory,
  formatMemoryOf,
  formatMoment,
  formatPercent,
  formatPhysicalSize,
  formatQuantity,
  formatShape,
  formatSignificant,
  formatTimeLeft,
  formatVoxelSize,
} from './index.ts';

/** Thin spaces are invisible in a test report. */
const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, '_');

describe('numbers', () => {
  it('sets thousands apart by a space that does not break', () => {
    expect(plain(formatCount(1152))).toBe('1_152');
    expect(plain(formatCount(1_234_567))).toBe('1_234_567');
    expect(formatCount(999)).toBe('999');
    expect(plain(formatCount(-1200))).toBe('−1_200');
  });

  it('gives decimals and significant digits', () => {
    expect(plain(formatDecimal(1204.5, 2))).toBe('1_204.50');
    expect(formatDecimal(-0.001, 2)).toBe('0.00');
    expect(formatSignificant(0.4321)).toBe('0.43');
    expect(formatSignificant(2.94)).toBe('2.9');
    expect(formatSignificant(412.3)).toBe('412');
  });

  it('never calls unfinished work 100 %', () => {
    expect(plain(formatPercent(0.999))).toBe('99_%');
    expect(plain(formatPercent(0.9999, 1))).toBe('99.9_%');
    expect(plain(formatPercent(1))).toBe('100_%');
  });

  it('puts the noun into its number', () => {
    expect(formatQuantity(1, 'edit')).toBe('1 edit');
    expect(plain(formatQuantity(3120, 'edit'))).toBe('3_120 edits');
  });
});

describe('bytes', () => {
  it('counts disks by thousands and memory by 1024', () => {
    expect(plain(formatBytes(412_300_000))).toBe('412_MB');
    expect(plain(formatBytes(2_940_000_000))).toBe('2.9_GB');
    expect(plain(formatBytes(999_600))).toBe('1.0_MB');
    expect(plain(formatBytes(512))).toBe('512_B');
    expect(plain(formatMemory(8 * 2 ** 30))).toBe('8_GiB');
    expect(plain(formatMemory(50 * 2 ** 20))).toBe('50_MiB');
    expect(plain(formatMemoryOf(5.1 * 2 ** 30, 8 * 2 ** 30))).toBe('5.1 of 8_GiB');
  });
});

describe('durations', () => {
  it('names the two largest units', () => {
    expect(plain(formatDuration(58))).toBe('58_s');
    expect(plain(formatDuration(200))).toBe('3_min 20_s');
    expect(plain(formatDuration(3600))).toBe('1_h');
    expect(plain(formatDuration(7500))).toBe('2_h 5_min');
    expect(plain(formatDuration(3599.7))).toBe('1_h');
    expect(plain(formatDuration(86_399))).toBe('1_d');
  });

  it('is no finer than an estimate can be', () => {
    expect(plain(formatTimeLeft(4))).toBe('under 10_s');
    expect(plain(formatTimeLeft(43))).toBe('50_s');
    expect(plain(formatTimeLeft(72))).toBe('1_min 20_s');
    expect(plain(formatTimeLeft(14 * 60 + 20))).toBe('14_min');
  });
});

describe('dates', () => {
  const now = new Date(2026, 10, 12, 15, 0);
  it('names a day as a reader thinks of it', () => {
    expect(formatDay(new Date(2026, 10, 12, 14, 6), now)).toBe('Today, 14:06');
    expect(formatDay(new Date(2026, 10, 11, 23, 59), now)).toBe('Yesterday');
    expect(formatDay(new Date(2026, 10, 9, 1, 0), now)).toBe('9 Nov');
    expect(formatDay(new Date(2024, 10, 9, 1, 0), now)).toBe('9 Nov 2024');
    expect(formatMoment(new Date(2026, 10, 12, 13, 51), now)).toBe('Today 13:51');
  });
});

describe('lengths', () => {
  it('reads x, y, z', () => {
    expect(plain(formatShape([80, 1024, 1024]))).toBe('1_024 × 1_024 × 80');
    expect(plain(formatVoxelSize([30, 6, 6]))).toBe('6 × 6 × 30_nm');
    expect(plain(formatPhysicalSize([80, 1024, 1024], [30, 6, 6]))).toBe('6.14 × 6.14 × 2.40_µm');
    expect(plain(formatPhysicalSize([10, 20, 20], [30, 6, 6]))).toBe('120 × 120 × 300_nm');
  });
});
