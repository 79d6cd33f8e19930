import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runBlockTasks } from './blockTasks.ts';
import { hashParameters, openMarkers } from './markers.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-jobs-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const recording = (ids: string[], ran: string[]) =>
  ids.map((id) => ({
    id,
    run: async () => {
      ran.push(id);
      return { id };
    },
  }));

describe('runBlockTasks', () => {
  it('skips what an earlier run finished, and keeps its result', async () => {
    const markers = openMarkers(folder, 'a');
    const first: string[] = [];
    await runBlockTasks(recording(['0', '1'], first), { markers, concurrency: 2 });
    const second: string[] = [];
    const progress: number[] = [];
    await runBlockTasks(recording(['0', '1', '2'], second), {
      markers,
      concurrency: 2,
      onDone: (done) => progress.push(done),
    });
    expect(first.sort()).toEqual(['0', '1']);
    expect(second).toEqual(['2']);
    expect(progress).toEqual([1, 2, 3]);
    expect(await markers.read('1')).toEqual({ id: '1' });
  });

  it('runs again what was done with other parameters or left a damaged marker', async () => {
    await runBlockTasks(recording(['0', '1'], []), { markers: openMarkers(folder, 'a'), concurrency: 1 });
    const ran: string[] = [];
    await runBlockTasks(recording(['0'], ran), { markers: openMarkers(folder, 'b'), concurrency: 1 });
    writeFileSync(join(folder, '1.done.json'), '{"param');
    await runBlockTasks(recording(['1'], ran), { markers: openMarkers(folder, 'a'), concurrency: 1 });
    expect(ran).toEqual(['0', '1']);
  });

  it('stops at the first failure and marks nothing for it', async () => {
    const ran: string[] = [];
    const tasks = recording(['0', '1', '2', '3'], ran);
    tasks[1].run = async () => Promise.reject(new Error('disk on fire'));
    await expect(runBlockTasks(tasks, { markers: openMarkers(folder, 'a'), concurrency: 1 })).rejects.toThrow('fire');
    expect(ran).toEqual(['0']);
    expect(readdirSync(folder)).toEqual(['0.done.json']);
  });

  it('reports a cancelled run as cancelled', async () => {
    const controller = new AbortController();
    const tasks = recording(['0', '1'], []);
    tasks[0].run = async () => {
      controller.abort();
      return { id: '0' };
    };
    const markers = openMarkers(folder, 'a');
    await expect(runBlockTasks(tasks, { markers, concurrency: 1, signal: controller.signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(await markers.isDone('1')).toBe(false);
  });
});

describe('hashParameters', () => {
  it('does not depend on the order of keys, but on everything else', () => {
    expect(hashParameters({ a: 1, b: { c: [1, 2], d: 2 } })).toBe(hashParameters({ b: { d: 2, c: [1, 2] }, a: 1 }));
    expect(hashParameters({ a: 1 })).not.toBe(hashParameters({ a: 2 }));
    expect(hashParameters({ a: [1, 2] })).not.toBe(hashParameters({ a: [2, 1] }));
  });
});
