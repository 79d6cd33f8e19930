import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { boxOfShape } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { benchInference } from '#engine/inference/bench.ts';
import { checkModel, checkModelEverywhere } from '#engine/inference/checkModel.ts';
import { inferAffinities } from '#engine/inference/inferAffinities.ts';
import type { InferAffinitiesOptions } from '#engine/inference/inferAffinities.ts';
import { loadModel } from '#engine/inference/packages/loadModel.ts';
import { noise } from '#engine/inference/testVolumes.ts';
import { createOmeZarr } from '#volumes/zarr/index.ts';

/** The compute process itself: its report, its end by cancel, crash and kill, and what is left on disk. */

const MODELS = join(import.meta.dirname, '../fixtures/models');
const RUNNER = join(import.meta.dirname, '../fixtures/runInference.ts');
const SHAPE: Zyx = [32, 32, 40];
const CHUNK = 16;
const BLOCKS = 2 * 2 * 3;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-compute-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A source volume and empty stores in the test's folder; blocks of one chunk, so that a job has many. */
async function prepare(): Promise<InferAffinitiesOptions> {
  const spec = { shape: SHAPE, type: 'uint8', voxelSizeNm: [30, 12, 12], kind: 'image', chunk: CHUNK } as const;
  const raw = await createOmeZarr(join(folder, 'raw.zarr'), spec);
  await raw.write(boxOfShape(SHAPE), noise(SHAPE));
  await raw.close();
  return { ...(await jobIn('a')), model: await loadModel(join(MODELS, 'unet')) };
}

/** Empty stores and the options of a job of its own. */
async function jobIn(name: string) {
  const spec = { shape: SHAPE, type: 'uint8', voxelSizeNm: [30, 12, 12], kind: 'image', chunk: CHUNK } as const;
  const out = { affinities: join(folder, name, 'affinities.zarr'), foreground: join(folder, name, 'foreground.zarr') };
  mkdirSync(join(folder, name));
  await (await createOmeZarr(out.affinities, { ...spec, channels: 3 })).close();
  await (await createOmeZarr(out.foreground, spec)).close();
  return {
    source: join(folder, 'raw.zarr'),
    out,
    markersDirectory: join(folder, name, 'markers'),
    provider: 'cpu',
    threads: 1,
    block: [CHUNK, CHUNK, CHUNK],
  } as const;
}

/** Hash of all files of the two stores, by name. */
function storesHash(name: string): string {
  const hash = createHash('sha256');
  for (const store of ['affinities.zarr', 'foreground.zarr']) {
    const root = join(folder, name, store);
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort())
      hash.update(path.slice(root.length)).update(readFileSync(path));
  }
  return hash.digest('hex');
}

const markersOf = (name: string) =>
  readdirSync(join(folder, name, 'markers')).filter((file) => /^\d+_\d+_\d+\.done\.json$/.test(file));

/**
 * Starts the job of folder a in a program of its own and kills that with SIGKILL once `block` blocks are done.
 *
 * @returns the processes that the program had started (Linux)
 */
function killAtBlock(block: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const program = fork(RUNNER, [folder, join(MODELS, 'unet')], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let children: number[] | null = null;
    program.on('message', ({ done }: { done: number }) => {
      if (done < block || children !== null) return;
      children = childrenOf(program.pid!);
      program.kill('SIGKILL');
    });
    program.once('error', reject);
    program.once('exit', () => (children ? resolve(children) : reject(new Error('The program ended by itself.'))));
  });
}

/** The processes that a process has started; none where the system is not Linux. */
function childrenOf(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** True once a process is gone, or has ended and only waits for its parent to ask. */
function hasEnded(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

describe('an inference', () => {
  it('reports what ran, and does nothing twice', async () => {
    const options = await prepare();
    const result = await inferAffinities(options);
    expect(result).toMatchObject({
      provider: { requested: 'cpu', obtained: 'cpu', refused: [], nodeShare: { cpu: 1 }, threads: 1 },
      target: 'cortex',
      factor: [1, 1, 1],
      blocks: BLOCKS,
    });
    expect(result.runSeconds).toBeGreaterThan(0);
    expect(result.wallSeconds).toBeGreaterThan(result.runSeconds);
    expect(markersOf('a')).toHaveLength(BLOCKS);
    const again = await inferAffinities({ ...options, memoryBudgetBytes: 2 ** 31, threads: 2 });
    expect(again.runSeconds).toBe(0);
  });

  it('does every block again for another model', async () => {
    const options = await prepare();
    await inferAffinities({ ...options, block: [32, 32, 40] });
    const shift = await loadModel(join(MODELS, 'shift'));
    const result = await inferAffinities({ ...options, model: shift, block: [32, 32, 40] });
    expect(result.runSeconds).toBeGreaterThan(0);
  });

  it('ends within a tile of its cancellation, keeps finished blocks and goes on to the same bytes', async () => {
    const options = await prepare();
    await inferAffinities({ ...options, ...(await jobIn('whole')) });

    const controller = new AbortController();
    let seen = 0;
    const cancelled = inferAffinities({
      ...options,
      signal: controller.signal,
      onProgress: ({ stage, done }) => {
        if (stage === 'inference' && done === 1) controller.abort();
        if (stage === 'inference') seen = done;
      },
    });
    await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
    expect(seen).toBeLessThan(BLOCKS);
    expect(markersOf('a').length).toBeGreaterThanOrEqual(1);

    const progress: number[] = [];
    await inferAffinities({
      ...options,
      onProgress: ({ stage, done }) => stage === 'inference' && progress.push(done),
    });
    expect(progress.at(-1)).toBe(BLOCKS);
    expect(storesHash('a')).toBe(storesHash('whole'));
  });

  it('is not started for a signal that is aborted already', async () => {
    const options = { ...(await prepare()), signal: AbortSignal.abort() };
    await expect(inferAffinities(options)).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('gives the same bytes after the whole program was killed at any block', async () => {
    const options = await prepare();
    await inferAffinities({ ...options, ...(await jobIn('whole')) });
    for (const block of [1, 3, 5]) await killAtBlock(block);
    const before = markersOf('a').length;
    expect(before).toBeGreaterThanOrEqual(5);
    await inferAffinities(options);
    expect(storesHash('a')).toBe(storesHash('whole'));
  });
});

describe.runIf(process.platform === 'linux')('a compute process that the system ends', () => {
  it('is reported as a want of memory, and the job goes on from its finished blocks', async () => {
    const options = await prepare();
    const killed = inferAffinities({
      ...options,
      onProgress: ({ stage, done }) => {
        if (stage === 'inference' && done === 1)
          for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL');
      },
    });
    await expect(killed).rejects.toMatchObject({ kind: 'storage', message: expect.stringMatching(/memory ran out/) });
    expect(markersOf('a').length).toBeGreaterThanOrEqual(1);
    expect((await inferAffinities(options)).blocks).toBe(BLOCKS);
    expect(markersOf('a')).toHaveLength(BLOCKS);
  });

  it('ends by itself when the program is killed', async () => {
    await prepare();
    const [compute] = await killAtBlock(1);
    await expect.poll(() => hasEnded(compute)).toBe(true);
  });
});

describe('execution providers', () => {
  it('are an error with a reason and a way out where a named one cannot be had', async () => {
    const model = await loadModel(join(MODELS, 'unet'));
    const named = ['dml', 'coreml', 'cuda', 'webgpu'] as const;
    const refusals = await Promise.all(
      named.map((provider) =>
        checkModel({ model, provider, threads: 1 }).then(
          ({ provider: report }) => report.obtained,
          (error: Error & { kind: string }) => `${error.kind}: ${error.message}`,
        ),
      ),
    );
    named.forEach((provider, i) => {
      // On a machine that has the provider it must be the one that ran; anywhere else the reason is given.
      if (refusals[i] !== provider)
        expect(refusals[i]).toMatch(
          new RegExp(`unsupported: The execution provider '${provider}' is not available: .{10,}--provider cpu`, 's'),
        );
    });
  });

  it('are tried in turn by auto, and those refused are reported', async () => {
    const model = await loadModel(join(MODELS, 'unet'));
    const { provider, passed, outputs } = await checkModel({ model, provider: 'auto', threads: 1 });
    expect(passed).toBe(true);
    expect(outputs.map(({ id }) => id)).toEqual(['affinities', 'foreground']);
    expect(provider.nodeShare[provider.obtained]).toBe(1);
    for (const { reason } of provider.refused) expect(reason.length).toBeGreaterThan(10);
    if (provider.obtained === 'cpu') expect(provider.refused.length).toBeGreaterThan(0);
  });
});

describe('checkModel', () => {
  it('answers for every provider of the platform, with the reason where there is none', async () => {
    const checks = await checkModelEverywhere({ model: await loadModel(join(MODELS, 'unet')), threads: 1 });
    expect(checks.at(-1)).toMatchObject({ provider: 'cpu', result: { passed: true } });
    for (const check of checks)
      if ('refused' in check) expect(check.refused).toMatch(`provider '${check.provider}' is not available`);
      else expect(check.result.passed).toBe(true);
  });

  it('finds outputs that are not those of the package', async () => {
    const copy = join(folder, 'shift');
    cpSync(join(MODELS, 'shift'), copy, { recursive: true });
    const model = await loadModel(copy);
    const wrong = { ...model, directory: copy };
    cpSync(join(MODELS, 'nan', 'weights.onnx'), join(copy, 'weights.onnx'));
    await expect(checkModel({ model: wrong, provider: 'cpu', threads: 1 })).rejects.toMatchObject({ kind: 'bad-file' });
  });
});

describe('benchInference', () => {
  it('sets the wall time against the bare model runs', async () => {
    const model = await loadModel(join(MODELS, 'unet'));
    const result = await benchInference({ model, provider: 'cpu', threads: 1, shape: [32, 64, 64] });
    expect(result.overheadRatio).toBeCloseTo(result.wallSeconds / result.runSeconds - 1, 9);
    expect(result.overheadRatio).toBeGreaterThan(0);
    expect(result).toMatchObject({ shape: [32, 64, 64], provider: { obtained: 'cpu' } });
  });
});
