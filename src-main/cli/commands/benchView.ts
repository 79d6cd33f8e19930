import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { Option } from 'commander';
import type { Command } from 'commander';

import type { Zyx } from '#domain/geometry.ts';
import { benchPage } from '#engine/bench/benchPage.ts';
import type { PageBenchmark } from '#engine/bench/benchPage.ts';
import { benchServer } from '#engine/bench/benchView.ts';
import type { ServerBenchmark } from '#engine/bench/benchView.ts';
import type { Processor } from '#engine/bench/processorTime.ts';
import type { Spread } from '#engine/bench/samples.ts';
import { prepareViewProject } from '#engine/bench/viewProject.ts';

import type { CommandContext } from '../main.ts';
import { printResult, table } from '../output.ts';
import { showProgress } from '../progress.ts';

interface BenchViewOptions {
  readonly shape?: Zyx;
  readonly threads: number;
  readonly directory: string;
  readonly project?: string;
  readonly browser?: string;
  readonly drawing: 'auto' | 'gpu' | 'cpu';
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
    .option('--browser <path>', 'measure the window in this Chromium instead of the engine alone')
    .addOption(
      new Option('--drawing <way>', 'with --browser: slices by the graphics card (gpu) or the processor (cpu)')
        .choices(['auto', 'gpu', 'cpu'])
        .default('auto'),
    )
    .action(
      async ({ shape = SHAPE, threads, directory, project, browser, drawing, json = false }: BenchViewOptions) => {
        const progress = showProgress(terminal);
        try {
          const path =
            project ??
            (await prepareViewProject(resolve(directory), { shape, threads, signal, onProgress: progress.update }));
          progress.end();
          if (browser !== undefined) {
            const onProgress = (name: string) => terminal.status?.(name);
            const page = await benchPage(resolve(path), { chromium: browser, drawing, signal, onProgress });
            terminal.status?.('');
            printResult(terminal, json, page, () => describePage(page));
            return;
          }
          const result = await benchServer(resolve(path), { signal, onProgress: (name) => terminal.status?.(name) });
          terminal.status?.('');
          printResult(terminal, json, result, () => describe(result));
        } finally {
          progress.end();
        }
      },
    );
}

function describePage({ graphics, first, jump, jumpProcessor, step, memory, slices }: PageBenchmark): string[] {
  const row = (name: string, { median, p95, worst }: Spread) => [
    name,
    ...[median, p95, worst].map((ms) => ms.toFixed(0)),
  ];
  const { beforeScroll, afterScroll } = memory;
  return [
    `a window of 1920 x 1080 pixels, drawn by ${graphics}`,
    `first picture ${first.coarse.toFixed(0)} ms after the address, sharp ${first.sharp.toFixed(0)} ms`,
    ...table([
      ['milliseconds', 'median', '95 %', 'worst'],
      row('jump, coarse picture', jump.coarse),
      row('jump, sharp picture', jump.sharp),
      row('next slice on the screen', step.shown),
    ]),
    `main thread for each slice: ${step.mainThread.processor.toFixed(1)} ms of processor time, ${step.mainThread.tasks.toFixed(1)} with its waiting`,
    `processor time for each slice: ${describeProcessor(step.processor)}; for each jump: ${describeProcessor(jumpProcessor)}`,
    `memory of the page: ${beforeScroll.page.toFixed(0)} MiB, ${afterScroll.page.toFixed(0)} after ${slices} slices ` +
      `(heap ${beforeScroll.heap.toFixed(0)}, ${afterScroll.heap.toFixed(0)})`,
  ];
}

function describeProcessor({ page, graphics, rest, engine }: Processor): string {
  return (
    `page ${page.toFixed(0)} ms, graphics process ${graphics.toFixed(0)}, rest ${rest.toFixed(0)}, ` +
    `engine ${engine.toFixed(0)}`
  );
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
