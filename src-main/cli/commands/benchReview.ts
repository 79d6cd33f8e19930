import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Command } from 'commander';

import type { Zyx } from '#domain/geometry.ts';
import { benchReview } from '#engine/bench/benchReview.ts';
import { EDIT_LATTICE, prepareEditProject } from '#engine/bench/editProject.ts';

import type { CommandContext } from '../main.ts';
import { printResult, table } from '../output.ts';
import { shape, wholeNumber } from '../parse.ts';

interface BenchReviewCommandOptions {
  readonly lattice: Zyx;
  readonly repeat: number;
  readonly answers: number;
  readonly directory: string;
  readonly project?: string;
  readonly json?: boolean;
}

export function registerBenchReview(command: Command, { terminal, signal }: CommandContext): void {
  command
    .description('The ranking of a review of a million supervoxels, against asking one segment after the other.')
    .option('--lattice <z,y,x>', 'supervoxels along each axis', shape, EDIT_LATTICE)
    .option('--repeat <n>', 'rankings; the best counts', wholeNumber(1), 3)
    .option('--answers <n>', 'rankings after an answer', wholeNumber(1), 30)
    .option('--directory <dir>', 'where `bench edit` keeps its project', join(homedir(), '.cache', 'fascicle', 'bench'))
    .option('--project <dir>', 'a project of yours instead; it stays as it is')
    .option('--json', 'print JSON')
    .action(async ({ lattice, repeat, answers, directory, project, json = false }: BenchReviewCommandOptions) => {
      if (project === undefined) terminal.status?.('making the project');
      const path = project ?? (await prepareEditProject(resolve(directory), lattice));
      const onProgress = (name: string): void => terminal.status?.(name);
      const result = await benchReview(resolve(path), { repeat, answers, signal, onProgress });
      terminal.status?.('');
      const { supervoxels, edges, segments, questions, answerMs } = result;
      printResult(terminal, json, result, () => [
        `${supervoxels} supervoxels, ${edges} edges, ${segments} segments, ${questions} questions`,
        ...table([
          ['first ranking', `${result.rankingMs.toFixed(0)} ms`],
          ['longest wait of other requests meanwhile', `${result.longestWaitMs.toFixed(0)} ms`],
          [
            'evidence after an answer, median and 95 %',
            `${answerMs.median.toFixed(1)} and ${answerMs.p95.toFixed(1)} ms`,
          ],
          [
            'segment after segment, eight links each',
            `${result.obviousMs.toFixed(0)} ms, ${result.ratio.toFixed(1)} times`,
          ],
        ]),
      ]);
    });
}
