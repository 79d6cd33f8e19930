import { join } from 'node:path';

import { beforeAll, expect, it } from 'vitest';

import type { Client } from '#contract/client.ts';
import { isDivision } from '#domain/review.ts';

import { startTestEngine } from '../helpers/engine.ts';
import type { TestEngine } from '../helpers/engine.ts';
import { jsonHere } from '../helpers/fascicle.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';

const folder = temporaryFolder();
let truth: string;
let server: TestEngine;
let client: Client;
let project: string;

beforeAll(async () => {
  const made = await makePhantomProject(folder, 'p', { settings: ['--threshold', '0.8', '--min-size', '0'] });
  truth = `${made.volume}:/labels`;
  server = await startTestEngine(folder);
  ({ client } = server);
  project = (await client.projects.open({ body: { directory: made.project } })).id;
});

/** Starts the job, waits for its end, and reads what it came to. */
async function attach(body: Parameters<Client['review']['attach']>[0]['body']) {
  const events = server.engine.events.subscribe(null);
  const { id, ...started } = await client.review.attach({ params: params(), body });
  let { state } = started;
  while (state === 'queued' || state === 'running') {
    const event = await events.next();
    if (event?.type === 'job' && event.job.id === id) state = event.job.state;
    else if (event?.type === 'reset') state = (await client.jobs.get({ params: { job: id } })).state;
  }
  events.end();
  expect(await client.jobs.get({ params: { job: id } })).toMatchObject({ kind: 'truth', state: 'done', error: null });
  return (await client.review.agreement({ params: params() }))!;
}

const params = () => ({ project });
const queue = () => client.review.queue({ params: params(), query: { limit: 5 } });

it('asks, takes answers at a known revision, and tells every window', async () => {
  const first = await queue();
  expect(first.items).toHaveLength(5);
  expect(first.answered).toEqual({ yes: 0, no: 0, skip: 0, flag: 0 });
  expect(first.expectedVi).toBeLessThan(first.items[0].expectedVi);
  const events = server.engine.events.subscribe(null);
  await events.next();
  const [item] = first.items;
  const body = { key: item.key, answer: 'no' as const, milliseconds: 900, expected: first.revision };
  const answered = await client.review.answer({ params: params(), body });
  expect(answered).toEqual({ revision: first.revision + 1, summary: expect.stringContaining('Keep') });
  expect(await events.next()).toMatchObject({ type: 'assignment' });
  expect(await events.next()).toMatchObject({ type: 'review', project });
  events.end();
  const second = await queue();
  expect(second.answered.no).toBe(1);
  expect(second.answeredVi).toBeCloseTo(item.expectedVi, 12);
  expect(second.items.map(({ key }) => key)).not.toContain(item.key);
  await expect(client.review.answer({ params: params(), body })).rejects.toMatchObject({ kind: 'conflict' });
  await client.edits.undo({ params: params(), body: { expected: second.revision } });
  expect((await queue()).items[0].key).toBe(item.key);
});

it('follows edits with the agreement, and foresees it', async () => {
  expect(await client.review.agreement({ params: params() })).toBeNull();
  const before = await attach({ source: truth });
  expect(before.worst.length).toBeGreaterThan(0);
  const { items } = await client.review.queue({ params: params(), query: { limit: 500 } });
  const merge = items.find(({ kind }) => !isDivision(kind))!;
  const edit = { kind: 'merge' as const, supervoxels: [...merge.supervoxels] };
  const foreseen = await client.review.agreementAfter({ params: params(), body: edit });
  const cut = { threshold: 0.4, minSize: 0 };
  const atCut = await client.review.agreementAfter({ params: params(), body: { kind: 'threshold', cut } });
  await client.edits.commit({ params: params(), body: { expected: before.revision, edit } });
  const after = (await client.review.agreement({ params: params() }))!;
  expect(after.scores.viSplit - before.scores.viSplit).toBeCloseTo(foreseen!.change.viSplit, 9);
  expect(after.scores.viMerge - before.scores.viMerge).toBeCloseTo(foreseen!.change.viMerge, 9);
  expect(after.scores.adaptedRandError).not.toBe(before.scores.adaptedRandError);
  await client.edits.undo({ params: params(), body: { expected: after.revision } });
  expect((await client.review.agreement({ params: params() }))!.scores.viSplit).toBeCloseTo(before.scores.viSplit, 9);
  const { revision } = await queue();
  await client.edits.commit({ params: params(), body: { expected: revision, edit: { kind: 'threshold', cut } } });
  const lower = (await client.review.agreement({ params: params() }))!;
  expect(lower.scores.viMerge - before.scores.viMerge).toBeCloseTo(atCut!.change.viMerge, 9);
});

it('has the agreement at every threshold in the curves, the same as after the edit', async () => {
  await attach({ source: truth });
  const { cuts } = await client.edits.history({ params: params() });
  const curve = (query: { anchor?: number }) => client.edits.curve({ params: params(), query });
  const { scores } = (await client.review.agreement({ params: params() }))!;
  const near = (vi: { split: number; merge: number }) => ({
    split: expect.closeTo(vi.split, 9) as number,
    merge: expect.closeTo(vi.merge, 9) as number,
  });
  const whole = (await curve({})).points;
  expect(whole.find(({ threshold }) => threshold === cuts.cut.threshold)!.vi).toEqual(
    near({ split: scores.viSplit, merge: scores.viMerge }),
  );
  const after = async (edit: Parameters<Client['review']['agreementAfter']>[0]['body']) => {
    const { change } = (await client.review.agreementAfter({ params: params(), body: edit }))!;
    return near({ split: scores.viSplit + change.viSplit, merge: scores.viMerge + change.viMerge });
  };
  expect(whole[30].vi).toEqual(await after({ kind: 'threshold', cut: { ...cuts.cut, threshold: 0.3 } }));
  const own = (await curve({ anchor: 3 })).points;
  expect(own[45].vi).toEqual(await after({ kind: 'object-threshold', anchor: 3, threshold: 0.45 }));
  await expect(curve({ anchor: 1e6 })).rejects.toMatchObject({ kind: 'bad-request' });
});

it('compares with one ground truth at a time', async () => {
  const first = client.review.attach({ params: params(), body: { source: truth } });
  const second = client.review.attach({ params: params(), body: { source: truth, components: true } });
  const refused = (await Promise.allSettled([first, second])).filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({
    reason: { kind: 'conflict', message: expect.stringContaining('is being compared with') as string },
  });
  const ended = async () =>
    (await client.jobs.list()).every(({ state }: { state: string }) => state !== 'queued' && state !== 'running');
  await expect.poll(ended).toBe(true);
});

it('keeps the ground truth with the project until it is taken away', async () => {
  const { scores } = (await client.review.agreement({ params: params() }))!;
  await client.projects.close({ params: params() });
  project = (await client.projects.open({ body: { directory: join(folder, 'p') } })).id;
  expect((await client.review.agreement({ params: params() }))!.scores.viSplit).toBeCloseTo(scores.viSplit, 9);
  await client.review.detach({ params: params() });
  expect(await client.review.agreement({ params: params() })).toBeNull();
  const body = { source: join(folder, 'nothing.h5') };
  await expect(client.review.attach({ params: params(), body })).rejects.toMatchObject({ kind: 'not-found' });
});

it('refuses ground truth that does not fit before a job begins, and takes a part of the volume where its place is named', async () => {
  const crop = join(folder, 'crop.h5');
  await jsonHere('phantom', crop, '--shape', '16,64,64', '--seed', '4');
  const source = `${crop}:/labels`;
  const refused = client.review.attach({ params: params(), body: { source } });
  await expect(refused).rejects.toMatchObject({
    kind: 'bad-request',
    message: expect.stringContaining('64 × 64 × 16'),
  });
  const outside = client.review.attach({ params: params(), body: { source, offset: [40, 0, 0] } });
  await expect(outside).rejects.toMatchObject({ kind: 'bad-request', message: expect.stringContaining('outside') });
  expect(await client.review.agreement({ params: params() })).toBeNull();
  const { truth: kept } = await attach({ source, offset: [24, 10, -20], components: true });
  expect(kept).toEqual({ source, offset: [24, 10, -20], components: true, minSize: 0 });
  await client.review.detach({ params: params() });
});
