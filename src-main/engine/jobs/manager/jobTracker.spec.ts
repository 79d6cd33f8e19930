import { describe, expect, it } from 'vitest';

import type { StageProgress } from '#engine/segmentation/progress.ts';

import { resumeLine } from './jobProgress.ts';
import { createJobTracker } from './jobTracker.ts';
import type { TrackedProgress } from './jobTracker.ts';
import { planStages } from './stagePlan.ts';
import type { StageKey } from './stagePlan.ts';

/** Stages of an affinity job; each takes as many seconds as it has here. */
const SECONDS: Partial<Record<StageKey, number>> = { watershed: 60, graph: 20, supervoxels: 10 };
const plan = planStages('affinities', { raw: false }).filter(({ key }) => SECONDS[key] !== undefined);

function trackerAt(previous?: TrackedProgress) {
  let time = Date.parse('2026-11-21T08:00:00Z');
  const tracker = createJobTracker({ plan, expected: (key) => SECONDS[key]!, now: () => time, previous });
  tracker.setVoxels(4000);
  return { tracker, wait: (seconds: number) => (time += 1000 * seconds) };
}

const blocks = (stage: StageProgress['stage'], done: number, index: number, state: 'running' | 'done') =>
  ({ stage, done, total: 4, unit: 'blocks', block: { index, state } }) as const;

describe('createJobTracker', () => {
  it('knows every stage from the start and weighs them by the time that they take', () => {
    const { tracker, wait } = trackerAt();
    expect(tracker.stages().map(({ title, state }) => [title, state])).toEqual([
      ['Watershed', 'waiting'],
      ['Region graph', 'waiting'],
      ['Supervoxels', 'waiting'],
    ]);
    tracker.update(blocks('Watershed', 0, 0, 'running'));
    wait(15);
    tracker.update(blocks('Watershed', 1, 0, 'done'));
    expect(tracker.stages()[0]).toMatchObject({ state: 'running', done: 1, total: 4, unit: 'blocks', seconds: 15 });
    expect(tracker.fraction()).toBeCloseTo((60 * 0.95 * 0.25) / 90);
    // A quarter of 95 % took 15 s, so the rest goes on like that; what follows is a little slower than expected, too.
    expect(tracker.secondsLeft()).toBeGreaterThan(45 + 30);
    expect(tracker.secondsLeft()).toBeLessThan(45 + 40);
    tracker.update(blocks('Region graph', 0, 0, 'running'));
    expect(tracker.stages().map(({ state }) => state)).toEqual(['done', 'running', 'waiting']);
    tracker.finishAll();
    expect(tracker.fraction()).toBe(1);
  });

  it('says nothing of the time left before anything was measured', () => {
    const { tracker } = trackerAt();
    expect(tracker.secondsLeft()).toBeNull();
    tracker.update(blocks('Watershed', 0, 0, 'running'));
    expect(tracker.secondsLeft()).toBeNull();
  });

  it('measures the throughput of blocks that were computed, not of those that were there', () => {
    const { tracker, wait } = trackerAt();
    tracker.update(blocks('Watershed', 1, 0, 'done'));
    tracker.update(blocks('Watershed', 1, 1, 'running'));
    wait(10);
    tracker.update(blocks('Watershed', 2, 1, 'done'));
    expect(tracker.throughput().map(({ perSecond }) => perSecond)).toEqual([100]);
    expect(tracker.blocks()).toEqual([2, 2, 0, 0]);
    // How long a block took is known of those that began in this run; one that runs counts on.
    tracker.update(blocks('Watershed', 2, 3, 'running'));
    wait(4);
    expect(tracker.blockSeconds()).toEqual([null, 10, null, 4]);
  });

  it('goes on from a run that stopped: its stages stay done, the gap is no work, lost blocks are retried', () => {
    const first = trackerAt();
    for (const progress of [
      blocks('Watershed', 4, 3, 'done'),
      blocks('Region graph', 0, 0, 'running'),
      blocks('Region graph', 0, 1, 'running'),
    ])
      first.tracker.update(progress);
    first.wait(10);
    first.tracker.update(blocks('Region graph', 1, 0, 'done'));
    const { tracker } = first;
    tracker.stop('waiting');
    const left = {
      stages: tracker.stages(),
      blocks: tracker.blocks(),
      throughput: tracker.throughput(),
    };
    expect(left.blocks).toEqual([2, 1, 0, 0]);
    expect(resumeLine(left)).toBe("it resumes at block 2 of 4 of 'Region graph', with the same bytes");

    const second = trackerAt(left);
    const again = second.tracker;
    expect(again.fraction()).toBeCloseTo(tracker.fraction());
    // The new process passes by what is done.
    again.update(blocks('Watershed', 1, 0, 'done'));
    expect(again.stages()[0].state).toBe('done');
    again.update(blocks('Region graph', 1, 0, 'done'));
    again.update(blocks('Region graph', 1, 1, 'running'));
    second.wait(5);
    again.update(blocks('Region graph', 2, 1, 'done'));
    expect(again.blocks()).toEqual([2, 3, 0, 0]);
    expect(again.throughput().map(({ perSecond }) => perSecond)).toEqual([100, null, 200]);
    expect(again.stages()[1].seconds).toBe(15);
  });

  it('keeps a course of bounded length', () => {
    const { tracker, wait } = trackerAt();
    for (let i = 0; i < 5000; i++) {
      tracker.update({
        stage: 'Watershed',
        done: i,
        total: 5000,
        unit: 'blocks',
        block: { index: i, state: 'running' },
      });
      wait(1);
      tracker.update({
        stage: 'Watershed',
        done: i + 1,
        total: 5000,
        unit: 'blocks',
        block: { index: i, state: 'done' },
      });
    }
    expect(tracker.throughput().length).toBeLessThanOrEqual(401);
    expect(tracker.throughput().at(-1)!.perSecond).toBeCloseTo(0.8);
  });
});
