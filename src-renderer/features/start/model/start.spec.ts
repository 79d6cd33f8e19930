import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SystemInfo } from '#contract/routes/system.ts';

import { makeRecentProject } from '../testProject.ts';

import { readinessLines } from './readiness.ts';
import {
  geometryText,
  gridMove,
  interruptedProject,
  reviewText,
  searchProjects,
  statusChip,
} from './recentProjects.ts';

const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, ' ');

describe('cards of recent projects', () => {
  it('say what needs someone, and nothing where nothing does', () => {
    expect(statusChip(makeRecentProject({ status: 'ready' }))).toBeNull();
    expect(statusChip(makeRecentProject({ status: 'ready', reviewed: { done: 9, total: 9 } }))!.tone).toBe('ok');
    const stopped = makeRecentProject({ status: 'interrupted', note: 'Network stopped at block 713 of 1 152' });
    expect(statusChip(stopped)!.text).toBe('Network stopped at block 713 of 1 152');
    expect(statusChip(makeRecentProject({ status: 'missing' }))!.tone).toBe('err');
    expect(statusChip(makeRecentProject({ status: 'failed' }))).toMatchObject({ tone: 'err', text: 'The run failed' });
  });

  it('read shape and voxel size x first', () => {
    expect(plain(geometryText(makeRecentProject()))).toBe('1 024 × 1 024 × 80 · 6 × 6 × 30 nm');
    expect(geometryText(makeRecentProject({ shape: null, voxelSizeNm: null }))).toBe('No volume yet');
  });

  it('say how far proofreading is', () => {
    expect(reviewText(makeRecentProject({ reviewed: { done: 18, total: 64 } }))).toEqual({
      text: '18 of 64 reviewed',
      fraction: 18 / 64,
    });
    expect(reviewText(makeRecentProject({ reviewed: { done: 64, total: 64 } })).text).toBe('All 64 reviewed');
    expect(plain(reviewText(makeRecentProject({ segments: 1200 })).text)).toBe('1 200 segments');
    expect(reviewText(makeRecentProject({ segments: null })).text).toBe('Not segmented yet');
  });

  it('are found by name and folder', () => {
    const projects = [
      makeRecentProject(),
      makeRecentProject({ id: 'bbbbbbbb', name: 'retina', directory: '/data/ipl' }),
    ];
    expect(searchProjects(projects, ' RET ipl').map(({ name }) => name)).toEqual(['retina']);
    expect(searchProjects(projects, '')).toHaveLength(2);
  });

  it('offer the interrupted work that was opened last', () => {
    const running = makeRecentProject({ status: 'running', unfinishedJob: 'a' });
    const stopped = makeRecentProject({ status: 'interrupted', unfinishedJob: 'b' });
    expect(interruptedProject([running, stopped])).toBe(stopped);
    expect(interruptedProject([running])).toBeNull();
  });
});

describe('moving in the grid', () => {
  it('goes by rows and columns and stops at the edges', () => {
    expect(gridMove('ArrowDown', 1, 5, 3)).toBe(4);
    expect(gridMove('ArrowDown', 2, 5, 3)).toBeNull();
    expect(gridMove('ArrowLeft', 0, 5, 3)).toBeNull();
    expect(gridMove('End', 0, 5, 3)).toBe(4);
    expect(gridMove('a', 0, 5, 3)).toBeNull();
  });

  it('never leaves the grid', () => {
    const key = fc.constantFrom('ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End');
    fc.assert(
      fc.property(
        key,
        fc.nat(30),
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 1, max: 6 }),
        (k, at, count, columns) => {
          const to = gridMove(k, at % count, count, columns);
          expect(to === null || (to >= 0 && to < count)).toBe(true);
        },
      ),
    );
  });
});

describe('readiness of the machine', () => {
  const system: SystemInfo = {
    version: '0.1.0',
    platform: 'linux',
    processors: 2,
    memoryBytes: 64 * 2 ** 30,
    memoryBudgetBytes: 8 * 2 ** 30,
    memoryUsedBytes: 2 ** 30,
    providers: [
      { name: 'cuda', available: false, detail: 'no driver' },
      { name: 'cpu', available: true, detail: '' },
    ],
    projectsDirectory: '/home/me/Fascicle',
    freeDiskBytes: null,
    logsDirectory: '',
    modelsDirectory: '',
  };

  it('names the processor where nothing else is had, and why', () => {
    const [provider, memory, network] = readinessLines(system);
    expect(provider).toMatchObject({ text: 'CPU, 2 cores', title: 'cuda: no driver' });
    expect(plain(memory.text)).toBe('Memory budget, 8 of 64 GiB');
    expect(network.status).toBe('none');
  });

  it('names the accelerator', () => {
    const providers = [{ name: 'cuda', available: true, detail: 'GPU, 24 GB' }];
    expect(readinessLines({ ...system, providers })[0].text).toBe('GPU, 24 GB, CUDA');
  });
});
