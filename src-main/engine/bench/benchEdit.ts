import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import { createClient } from '#contract/client.ts';
import { isFascicleError } from '#domain/errors.ts';
import { describeProposal } from '#engine/editing/describeProposal.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import { openProject } from '#engine/project/project.ts';
import { countRows } from '#engine/project/tables.ts';
import { copyProject } from '#engine/replay/copyProject.ts';

import { followEdits } from './followEdits.ts';
import { RANDOM_KINDS, randomEdit } from './randomEdit.ts';
import type { RandomKind } from './randomEdit.ts';
import { randomNumbers } from './randomNumbers.ts';
import { percentile } from './samples.ts';
import { startServer } from './serverProcess.ts';
import { benchCurves } from './thresholdCurves.ts';
import type { CurveTimes } from './thresholdCurves.ts';

/** Milliseconds. */
export interface EditTimes {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
}

/** What `fascicle bench edit` measures. */
export interface EditBenchmark {
  readonly supervoxels: number;
  readonly edges: number;
  /** From the database to a session that takes edits, seconds. */
  readonly openSeconds: number;
  /** In this process: until the edit is on disk. A new global threshold moves anything, so it stands by itself. */
  readonly engine: {
    readonly commit: EditTimes;
    readonly undo: EditTimes;
    readonly thresholdPreview: EditTimes;
    readonly thresholdCommit: EditTimes;
    readonly thresholdUndo: EditTimes;
    /** Worked out and described, as a window asks for it. */
    readonly proposal: Readonly<Record<'merge' | 'split', EditTimes>>;
    readonly commitOf: Readonly<Record<string, EditTimes>>;
  };
  /** Curves over the threshold, with agreement with made-up ground truth, in this process. */
  readonly curves: CurveTimes;
  /** Through HTTP, with the engine in a process of its own: until the answer, and until the event that windows draw from. */
  readonly http: { readonly commit: EditTimes; readonly visible: EditTimes; readonly undo: EditTimes };
}

export interface BenchEditOptions {
  /** Edits of each kind. */
  readonly edits: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((name: string) => void) | undefined;
}

const LOCAL_KINDS = RANDOM_KINDS.filter((kind) => kind !== 'threshold');
const SEED = 5;

/**
 * Measures edits on a copy of a project, which is removed afterwards: the project stays as it is.
 *
 * @throws FascicleError as `copyProject`, and 'not-found' for a project without a segmentation
 */
export async function benchEdit(directory: string, options: BenchEditOptions): Promise<EditBenchmark> {
  const folder = await mkdtemp(join(tmpdir(), 'fascicle-bench-edit-'));
  try {
    const copy = await copyProject(directory, join(folder, 'project'), options.signal);
    const engine = await benchSession(copy, options);
    return { ...engine, http: await benchHttp(copy, options) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchSession(
  directory: string,
  { edits, signal, onProgress }: BenchEditOptions,
): Promise<Omit<EditBenchmark, 'http'>> {
  const project = await openProject(directory);
  try {
    onProgress?.('opening');
    const start = performance.now();
    const session = await EditSession.open(project);
    const openSeconds = (performance.now() - start) / 1000;
    try {
      const samples = createSamples();
      const random = randomNumbers(SEED);
      for (let round = 0; round < edits; round++)
        for (const kind of LOCAL_KINDS) {
          signal?.throwIfAborted();
          onProgress?.(`${kind} ${round + 1} of ${edits}`);
          await oneEdit(session, kind, random, samples);
        }
      for (let round = 0; round < Math.ceil(edits / 4); round++) {
        signal?.throwIfAborted();
        onProgress?.(`threshold ${round + 1}`);
        const cut = { threshold: 0.3 + 0.4 * random(), minSize: 0 };
        samples.time('threshold preview', () => session.previewCut(cut));
        await samples.time('threshold commit', () => session.commit({ kind: 'threshold', cut }, session.revision));
        await samples.time('threshold undo', () => session.undo(session.revision));
      }
      onProgress?.('curves over the threshold');
      const curves = await benchCurves(session, random);
      const commitOf = Object.fromEntries(LOCAL_KINDS.map((kind) => [kind, samples.of(`commit ${kind}`)]));
      return {
        supervoxels: countRows(project.database, 'supervoxels'),
        edges: countRows(project.database, 'edges'),
        ...{ openSeconds, curves },
        engine: {
          commit: samples.of(...LOCAL_KINDS.map((kind) => `commit ${kind}`)),
          undo: samples.of('undo'),
          thresholdPreview: samples.of('threshold preview'),
          thresholdCommit: samples.of('threshold commit'),
          thresholdUndo: samples.of('threshold undo'),
          proposal: { merge: samples.of('propose merge'), split: samples.of('propose split') },
          commitOf,
        },
      };
    } finally {
      await session.close();
    }
  } finally {
    project.close();
  }
}

/** Proposes, makes and takes back one edit. What the project refuses is not counted. */
async function oneEdit(session: EditSession, kind: RandomKind, random: () => number, samples: Samples): Promise<void> {
  const request = randomEdit(session.live.assignment, kind, random);
  if (request === null) return;
  try {
    if (kind === 'merge' || kind === 'split')
      await samples.time(`propose ${kind}`, async () => describeProposal(session, await session.prepare(request)));
    await samples.time(`commit ${kind}`, () => session.commit(request, session.revision));
  } catch (error) {
    if (!isFascicleError(error, 'bad-request')) throw error;
    return;
  }
  await samples.time('undo', () => session.undo(session.revision));
}

async function benchHttp(
  directory: string,
  { edits, signal, onProgress }: BenchEditOptions,
): Promise<EditBenchmark['http']> {
  const server = await startServer(signal);
  const client = createClient(server);
  const follow = await followEdits(client);
  try {
    const { id: project } = await client.projects.open({ body: { directory } });
    const params = { project };
    onProgress?.('opening through HTTP');
    let { revision } = await client.edits.history({ params });
    const { assignment } = decodeAssignment(await client.segments.assignment({ params }));
    const samples = createSamples();
    const random = randomNumbers(SEED + 1);
    for (let round = 0; round < edits; round++)
      for (const kind of LOCAL_KINDS) {
        onProgress?.(`HTTP, ${kind} ${round + 1} of ${edits}`);
        const edit = randomEdit(assignment, kind, random);
        if (edit === null) continue;
        const start = performance.now();
        // Both are awaited at once: the event may come before the answer.
        const seen = follow.at(revision + 1).then(() => performance.now());
        const answer = await client.edits.commit({ params, body: { expected: revision, edit } }).catch(() => null);
        if (answer === null) continue;
        samples.add('commit', performance.now() - start);
        samples.add('visible', (await seen) - start);
        await samples.time('undo', () => client.edits.undo({ params, body: { expected: answer.revision } }));
        revision = answer.revision + 1;
      }
    return { commit: samples.of('commit'), visible: samples.of('visible'), undo: samples.of('undo') };
  } finally {
    follow.end();
    await server.close();
  }
}

interface Samples {
  add(name: string, milliseconds: number): void;
  /** Times what succeeds. */
  time<Result>(name: string, work: () => Result): Result;
  of(...names: string[]): EditTimes;
}

function createSamples(): Samples {
  const all = new Map<string, number[]>();
  const add = (name: string, milliseconds: number): void => {
    const known = all.get(name);
    if (known) known.push(milliseconds);
    else all.set(name, [milliseconds]);
  };
  return {
    add,
    time(name, work) {
      const start = performance.now();
      const result = work();
      if (result instanceof Promise)
        void result.then(() => add(name, performance.now() - start)).catch(() => undefined);
      else add(name, performance.now() - start);
      return result;
    },
    of(...names) {
      const samples = names.flatMap((name) => all.get(name) ?? []);
      const at = (share: number): number => (samples.length === 0 ? 0 : percentile(samples, share));
      return { count: samples.length, median: at(0.5), p95: at(0.95), worst: at(1) };
    },
  };
}
