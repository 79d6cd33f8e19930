import { availableParallelism } from 'node:os';

import type { Command } from 'commander';

import type { RequestedProvider } from '#compute/providers.ts';
import { voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { benchNative } from '#engine/bench/benchNative.ts';
import { benchMeshes } from '#engine/bench/benchMeshes.ts';
import { measureCopy } from '#engine/bench/benchmark.ts';
import type { Benchmark, Benchmarks } from '#engine/bench/benchmark.ts';
import { benchInference } from '#engine/inference/bench.ts';
import { modelDirectories } from '#engine/inference/modelDirectories.ts';
import { listModels, loadModel } from '#engine/inference/packages/loadModel.ts';
import { benchmarkIo } from '#volumes/bench.ts';

import type { CommandContext } from '../main.ts';
import { printResult, table } from '../output.ts';
import { provider, shape, wholeNumber } from '../parse.ts';

import { registerBenchEdit } from './benchEdit.ts';
import { registerBenchReview } from './benchReview.ts';
import { registerBenchView } from './benchView.ts';

interface BenchOptions {
  readonly shape?: Zyx;
  readonly threads: number;
  readonly json?: boolean;
}

export function registerBench(program: Command, context: CommandContext): void {
  const bench = program
    .command('bench')
    .description('Measure speed and memory on this machine; docs/benchmarks.md explains.');
  const withOptions = (command: Command) =>
    command
      .option('--shape <z,y,x>', 'voxels', shape)
      .option('--threads <n>', 'threads', wholeNumber(1), availableParallelism())
      .option('--json', 'print JSON');
  registerNative(withOptions(bench.command('native')), context);
  registerInference(withOptions(bench.command('inference')), context);
  registerIo(withOptions(bench.command('io')), context);
  registerMeshes(bench.command('meshes'), context);
  registerBenchView(withOptions(bench.command('view')), context);
  registerBenchEdit(bench.command('edit'), context);
  registerBenchReview(bench.command('review'), context);
}

function registerNative(command: Command, { terminal }: CommandContext): void {
  command
    .description('The native algorithms on a phantom with noisy affinities, 520 x 520 x 520 unless told.')
    .option('--repeat <n>', 'runs of each; the best counts', wholeNumber(1), 3)
    .action(async (options: BenchOptions & { repeat: number }) => {
      const result = await benchNative({
        threads: options.threads,
        repeat: options.repeat,
        ...(options.shape ? { shape: options.shape } : {}),
        onProgress: (name) => terminal.status?.(name),
      });
      terminal.status?.('');
      printResult(terminal, options.json ?? false, result, () => benchmarkTable(result));
    });
}

function registerInference(command: Command, { terminal, signal }: CommandContext): void {
  command
    .description('A network from store to store, against the bare sum of its runs; 256 x 256 x 256 unless told.')
    .option('--model <id>', 'network: id or folder; the first that is installed when absent')
    .option('--provider <name>', 'execution provider', provider, 'auto')
    .action(async (options: BenchOptions & { model?: string; provider: RequestedProvider }) => {
      const directories = modelDirectories();
      const id = options.model ?? (await listModels(directories))[0]?.directory ?? '';
      const result = await benchInference({
        model: await loadModel(id, directories),
        provider: options.provider,
        threads: options.threads,
        signal,
        ...(options.shape ? { shape: options.shape } : {}),
      });
      const { overheadRatio, runSeconds, waste, wallSeconds, peakBytes } = result;
      const benchmark: Benchmark = {
        name: 'inference',
        shape: result.shape,
        threads: options.threads,
        seconds: wallSeconds,
        megavoxelsPerSecond: result.voxelsPerSecond / 1e6,
        bytesPerVoxel: peakBytes / voxelCount(result.shape),
        details: { overheadRatio, runSeconds, waste },
      };
      const report = { benchmarks: [benchmark], copyGigabytesPerSecond: measureCopy(), provider: result.provider };
      printResult(terminal, options.json ?? false, report, () => [
        `${benchmark.megavoxelsPerSecond.toFixed(3)} Mvoxel/s on ${result.provider.obtained}, ${result.shape.join(' x ')} voxels`,
        `network ${runSeconds.toFixed(1)} s of ${wallSeconds.toFixed(1)} s: overhead ${(100 * overheadRatio).toFixed(1)} %`,
        `${waste.toFixed(2)} voxels computed for each one kept, peak ${(peakBytes / 2 ** 20).toFixed(0)} MiB`,
      ]);
    });
}

function registerIo(command: Command, { terminal, signal }: CommandContext): void {
  command
    .description('Reading and writing HDF5 and OME-Zarr, 256 x 256 x 256 unless told.')
    .action(async (options: BenchOptions) => {
      const rows = await benchmarkIo({ signal, ...(options.shape ? { shape: options.shape } : {}) });
      const benchmarks = rows.map(
        ({ name, shape: extent, megavoxelsPerSecond, megabytesPerSecond, ...row }): Benchmark => ({
          name,
          shape: extent,
          threads: 1,
          seconds: voxelCount(extent) / megavoxelsPerSecond / 1e6,
          megavoxelsPerSecond,
          bytesPerVoxel: null,
          details: {
            megabytesPerSecond,
            ...(row.storedBytesPerVoxel === null ? {} : { storedBytesPerVoxel: row.storedBytesPerVoxel }),
          },
        }),
      );
      const report = { benchmarks, copyGigabytesPerSecond: measureCopy() };
      printResult(terminal, options.json ?? false, report, () => benchmarkTable(report));
    });
}

function registerMeshes(command: Command, { terminal }: CommandContext): void {
  command
    .description('The mesh of a large segment of a project: its first version, the full one, and that again.')
    .argument('<project>', 'project folder')
    .option('--voxels <n>', 'its largest segments together until they have so many', wholeNumber(1), 10_000_000)
    .option('--threads <n>', 'threads', wholeNumber(1), availableParallelism())
    .option('--json', 'print JSON')
    .action(async (project: string, options: { voxels: number; threads: number; json?: boolean }) => {
      const result = await benchMeshes(project, options.voxels, options.threads);
      const { first, full, again } = result;
      printResult(terminal, options.json ?? false, result, () => [
        `${result.voxels} voxels in ${result.supervoxels} supervoxels`,
        ...table([
          ['version', 'level', 'first fragment, s', 'last, s', 'triangles', 'bytes'],
          ...Object.entries({ first, full, again }).map(([name, timing]) => [
            name,
            String(timing.level),
            timing.firstSeconds.toFixed(3),
            timing.allSeconds.toFixed(3),
            String(timing.triangles),
            String(timing.bytes),
          ]),
        ]),
      ]);
    });
}

function benchmarkTable({ benchmarks, copyGigabytesPerSecond }: Benchmarks): string[] {
  return [
    ...table([
      ['what', 'threads', 'Mvoxel/s', 'bytes/voxel', 'details'],
      ...benchmarks.map((row) => [
        row.name,
        String(row.threads),
        row.megavoxelsPerSecond.toFixed(1),
        row.bytesPerVoxel?.toFixed(1) ?? '-',
        Object.entries(row.details)
          .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
          .join(', '),
      ]),
    ]),
    `memory copy ${copyGigabytesPerSecond.toFixed(1)} GB/s`,
  ];
}
