import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { makeJob } from '../testJob.ts';

import { blockAt, blockGrid, countBlocks, fullGridHeight } from './blockGrid.ts';
import { canDo, foremostJob, groupJobs, withJob } from './jobGroups.ts';
import {
  currentStage,
  headFigures,
  resumeLine,
  shortenHashes,
  stageFraction,
  stageText,
  summaryOf,
} from './jobText.ts';
import { displayName, obtainedText, providerChip, providerShares } from './providerShares.ts';
import { pausesOf, throughputSeries, throughputText } from './throughput.ts';

const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, ' ');
const now = new Date('2026-11-12T15:00:00Z');

describe('the list of jobs', () => {
  it('puts first what runs, then what waits for someone', () => {
    const jobs = [
      makeJob({ id: 'a', state: 'done' }),
      makeJob({ id: 'b', state: 'interrupted' }),
      makeJob({ id: 'c', state: 'running' }),
      makeJob({ id: 'd', state: 'queued' }),
    ];
    expect(groupJobs(jobs).map(({ group }) => group)).toEqual(['running', 'interrupted', 'queued', 'finished']);
    expect(foremostJob(jobs)!.id).toBe('c');
    expect(foremostJob([])).toBeNull();
  });

  it('keeps the queue in its order and the rest newest first', () => {
    const at = (id: string, state: 'queued' | 'done', hour: number) =>
      makeJob({ id, state, queuedAt: `2026-11-12T0${hour}:00:00Z` });
    const ids = (state: 'queued' | 'done') =>
      groupJobs([at('late', state, 2), at('early', state, 1)])[0].jobs.map(({ id }) => id);
    expect(ids('queued')).toEqual(['early', 'late']);
    expect(ids('done')).toEqual(['late', 'early']);
  });

  it('takes over a changed job in its place', () => {
    const jobs = [makeJob({ id: 'a' }), makeJob({ id: 'b' })];
    expect(withJob(jobs, makeJob({ id: 'b', state: 'done' })).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'a running',
      'b done',
    ]);
    expect(withJob(jobs, makeJob({ id: 'c' }))[0].id).toBe('c');
  });

  it('offers what the state allows', () => {
    expect(canDo(makeJob({ state: 'running' }), 'pause')).toBe(true);
    expect(canDo(makeJob({ state: 'running' }), 'resume')).toBe(false);
    expect(canDo(makeJob({ state: 'cancelled' }), 'resume')).toBe(true);
    expect(canDo(makeJob({ state: 'done' }), 'cancel')).toBe(false);
  });
});

describe('what a job says', () => {
  it('names the stage and the time left', () => {
    expect(plain(summaryOf(makeJob({ secondsLeft: 840 }), now))).toBe('Network, 14 min left');
    expect(plain(summaryOf(makeJob({ secondsLeft: null }), now))).toBe('Network, 62 %');
    expect(plain(summaryOf(makeJob({ state: 'cancelled' }), now))).toBe('Cancelled by you at 62 %');
    const error = { kind: 'storage' as const, message: 'The disk is full. Free 3 GB and resume.' };
    expect(summaryOf(makeJob({ state: 'failed', error }), now)).toBe('Stopped: The disk is full.');
    const longer = { ...error, message: 'The disk is full: 3 GB are needed. Free them and resume.' };
    expect(summaryOf(makeJob({ state: 'failed', error: longer }), now)).toBe('Stopped: The disk is full.');
  });

  it('gives figures with dashes for what is not known', () => {
    const job = makeJob({ secondsLeft: 840, voxelsPerSecond: 430_000 });
    expect(headFigures(job).map(({ value }) => plain(value))).toEqual(['14 min', '62 %', '0.43']);
    const unknown = makeJob({ secondsLeft: null, voxelsPerSecond: null });
    expect(headFigures(unknown).map(({ value }) => plain(value))).toEqual(['–', '62 %', '–']);
    const done = makeJob({
      state: 'done',
      fraction: 1,
      startedAt: '2026-11-12T14:00:00Z',
      endedAt: '2026-11-12T14:01:58Z',
    });
    expect(plain(headFigures(done)[0].value)).toBe('1 min 58 s');
  });

  it('counts the stage that runs and times those that are done', () => {
    const job = makeJob();
    expect(job.stages.map((stage) => plain(stageText(stage)))).toEqual(['1 min 10 s', '713 of 1 152 blocks', 'waits']);
    expect(plain(stageText({ ...job.stages[1], done: 0, total: 1 }))).toBe('0 of 1 block');
    expect(job.stages.map(stageFraction)).toEqual([1, 713 / 1152, 0]);
    expect(currentStage(job)!.title).toBe('Network');
  });

  it('shows the ends of checksums', () => {
    expect(shortenHashes(`sha256 9f3c${'0'.repeat(56)}a71e`)).toBe('sha256 9f3c…a71e');
    expect(shortenHashes('32 × 160 × 160, 0 to 0.98')).toBe('32 × 160 × 160, 0 to 0.98');
  });

  it('says what happens if it stops', () => {
    expect(resumeLine(makeJob())).toEqual({ name: 'If it stops now', text: 'it resumes at block 714' });
    expect(resumeLine(makeJob({ state: 'interrupted' }))!.name).toBe('To go on');
    expect(resumeLine(makeJob({ resume: null }))).toBeNull();
  });
});

describe('the execution provider', () => {
  const provider = {
    requested: 'cuda',
    obtained: 'cuda',
    nodes: { CUDAExecutionProvider: 148, CPUExecutionProvider: 3 },
    refused: [],
  };

  it('shows a fall back as a share of nodes', () => {
    expect(providerShares(provider).map(({ name, nodes }) => `${name} ${nodes}`)).toEqual(['CUDA 148', 'CPU 3']);
    expect(obtainedText(provider)).toBe('CUDA, with 3 of 151 nodes on CPU');
    expect(providerChip(provider)).toEqual({ tone: 'warn', text: 'partly on the CPU' });
  });

  it('does not warn where the processor was what was asked for', () => {
    const cpu = { requested: 'cpu', obtained: 'cpu', nodes: { cpu: 151 }, refused: [] };
    expect(providerChip(cpu).tone).toBe('ok');
    const refused = { ...cpu, requested: 'auto', refused: [{ provider: 'cuda', reason: 'no driver' }] };
    expect(providerChip(refused)).toEqual({ tone: 'warn', text: 'on the CPU' });
  });

  it('is written as people write it', () => {
    expect(['dml', 'CoreMLExecutionProvider', 'auto', 'other'].map(displayName)).toEqual([
      'DirectML',
      'CoreML',
      'best available',
      'other',
    ]);
  });
});

describe('the block map', () => {
  it('fits any number of blocks into its room, and finds each again', () => {
    const side = fc.integer({ min: 40, max: 1200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), side, side, (count, width, height) => {
        const grid = blockGrid(count, width, height);
        expect(grid.columns * grid.pitch).toBeLessThanOrEqual(width + 1e-6);
        expect(grid.rows * grid.pitch).toBeLessThanOrEqual(height + grid.pitch);
        const last = count - 1;
        const x = ((last % grid.columns) + 0.25) * grid.pitch;
        const y = (Math.floor(last / grid.columns) + 0.25) * grid.pitch;
        expect(blockAt(grid, count, x, y)).toBe(last);
      }),
    );
  });

  it('has nothing outside', () => {
    const grid = blockGrid(10, 200, 100);
    expect(blockAt(grid, 10, -1, 5)).toBeNull();
    expect(blockAt(grid, 10, 199, 99)).toBeNull();
    expect(blockGrid(0, 200, 100).columns).toBe(0);
  });

  it('asks for no more height than its blocks fill', () => {
    expect(fullGridHeight(1, 500)).toBe(20);
    expect(fullGridHeight(26, 500)).toBe(40);
    const { rows, pitch } = blockGrid(26, 500, fullGridHeight(26, 500));
    expect(rows * pitch).toBe(40);
    expect(fullGridHeight(0, 500)).toBe(0);
  });

  it('counts each state', () => {
    expect(countBlocks([0, 1, 2, 2, 3])).toEqual([1, 1, 2, 1]);
  });
});

describe('throughput', () => {
  const at = (second: number, perSecond: number | null) => ({
    at: new Date(Date.UTC(2026, 10, 12, 14, 0, second)).toISOString(),
    perSecond,
  });
  const course = [at(0, 1), at(1, 3), at(2, null), at(10, 4)];

  it('breaks at pauses, in the mean too', () => {
    const { measured, mean } = throughputSeries(course, null);
    expect(measured).toEqual([1, 3, null, 4]);
    expect(mean).toEqual([1, 2, null, 4]);
    expect(pausesOf(course).map(({ from, to }) => to! - from)).toEqual([8]);
    expect(pausesOf(course.slice(0, 3))[0].to).toBeNull();
  });

  it('goes on to the expected end', () => {
    const last = Date.parse(course[3].at) / 1000;
    const series = throughputSeries(course, last + 60);
    expect(series.at.at(-1)).toBe(last + 60);
    expect(series.expected).toEqual([null, null, null, 4, 4]);
    expect(series.measured.at(-1)).toBeNull();
    expect(throughputSeries([], last).at).toEqual([]);
  });

  it('has words', () => {
    expect(throughputText(course, 'blocks/s')).toMatch(
      /last 4\.0, mean 2\.7, from 1\.0 to 4\.0 blocks\/s; one pause\.$/,
    );
    expect(throughputText([], 'blocks/s')).toMatch(/No throughput/);
  });
});
