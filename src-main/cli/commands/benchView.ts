import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Command } from 'commander';

import type { Zyx } from '#domain/geometry.ts';
import { benchServer } from '#engine/bench/benchView.ts';
import type { ServerBenchmark, Spread } from '#engine/bench/benchView.ts';
import { prepareViewProject } from '#engine/bench/viewProject.ts';

import type { CommandContext } from '../main.ts';
import { printResult, table } from '../output.ts';
import { showProgress } from '../progress.ts';

interface BenchViewOptions {
  readonly shape?: Zyx;
  readonly threads: number;
  readonly directory: string;
  readonly project?: string;
  readonly json?: boolean;
}

/** 2048 x 2048 x 512 as people write it. */
const SHAPE: Zyx = [512, 2048, 2048];

export function registerBenchView(command: Command, { terminal, signal }: CommandContext): void {
  command
    .description('What a window asks of the engine, on a phantom of 512 x 2048 x 2048 voxels (z, y, x) unless told.')
    .option(
      '--directory <dir>',
      'where the phantom is kept for the next time, about 5 GB',
      join(homedir(), '.cache', 'fascicle', 'bench'),
    )
    .option('--project <dir>', 'a project of yours instead of the phantom; it is only read')
    .action(async ({ shape = SHAPE, threads, directory, project, json = false }: BenchViewOptions) => {
      const progress = showProgress(terminal);
      try {
        const path =
          project ??
          (await prepareViewProject(resolve(directory), { shape, threads, signal, onProgress: progress.update }));
        progress.end();
        const result = await benchServer(resolve(path), { signal, onProgress: (name) => terminal.status?.(name) });
        terminal.status?.('');
        printResult(terminal, json, result, () => describe(result));
      } finally {
        progress.end();
      }
    });
}

function describe({ shape, start, jump, back, scroll, wide, oblique, probe, memory }: ServerBenchmark): string[] {
  const row = (name: string, { median, p95, worst }: Spread) => [
    name,
    ...[median, p95, worst].map((ms) => ms.toFixed(0)),
  ];
  return [
    `${shape.join(' x ')} voxels (z, y, x), raw and supervoxels, views of 1000 x 700, 500 x 400 and 500 x 400 pixels`,
    ...table([
      ['milliseconds', 'median', '95 %', 'worst'],
      row('jump, coarse picture of three views', jump.coarse),
      row('jump, sharp picture of three views', jump.sharp),
      row('back to the same places, sharp', back.sharp),
      row('next slice of one view', scroll.slice),
      row('a call that costs nothing, meanwhile', probe),
    ]),
    `start: listening after ${start.listening.toFixed(0)} ms, project open ${start.open.toFixed(0)} ms, first picture ` +
      `${start.coarse.toFixed(0)} ms, sharp ${start.sharp.toFixed(0)} ms`,
    `scroll: ${scroll.slicesPerSecond.toFixed(0)} slices/s over ${scroll.slices} slices`,
    `whole slices across: xz ${wide.xz.toFixed(0)} ms, yz ${wide.yz.toFixed(0)} ms; oblique 1000 x 1000: raw ` +
      `${oblique.raw.toFixed(0)} ms, supervoxels ${oblique.supervoxels.toFixed(0)} ms`,
    `memory: ${memory.opened.toFixed(0)} MiB after opening, ${memory.beforeScroll.toFixed(0)} before and ` +
      `${memory.afterScroll.toFixed(0)} after the scroll, peak ${memory.peak.toFixed(0)}`,
  ];
}
