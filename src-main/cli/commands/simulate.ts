import type { Command } from 'commander';
import { Option } from 'commander';

import type { Zyx } from '#domain/geometry.ts';
import { countTruth } from '#engine/metrics/groundTruth.ts';
import type { TruthRows } from '#engine/metrics/truthRows.ts';
import type { Project } from '#engine/project/project.ts';
import { plotSimulations } from '#engine/simulate/plotSimulations.ts';
import { scratchProjects } from '#engine/simulate/scratchProject.ts';
import { actionsTo, simulateReview } from '#engine/simulate/simulate.ts';
import type { ReviewOrder, Simulation } from '#engine/simulate/simulate.ts';

import type { CommandContext } from '../main.ts';
import { openNamedProject } from '../openNamedProject.ts';
import { printResult, table } from '../output.ts';
import { offset, wholeNumber } from '../parse.ts';
import { showProgress } from '../progress.ts';
import { requireOutputFile, writeOutputFile } from '../writeOutputFile.ts';

interface SimulateOptions {
  readonly truth: string;
  readonly budget: number;
  readonly order: ReviewOrder | 'both';
  readonly runs: number;
  readonly minSize: number;
  readonly components?: boolean;
  readonly offset?: Zyx;
  readonly commit?: boolean;
  readonly plot?: string;
  readonly json?: boolean;
}

export function registerSimulate(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('simulate')
    .description(
      'Review a project as an annotator would who knows the truth, and report VI and ARE against the number of answers. ' +
        'The project is left as it is.',
    )
    .argument('<project>', 'project folder')
    .requiredOption('--truth <labels>', 'ground truth that covers the project')
    .option('--budget <n>', 'most answers', wholeNumber(1), 200)
    .addOption(
      new Option('--order <order>', 'questions as the queue ranks them, in a random order, or one after the other')
        .choices(['queue', 'random', 'both'])
        .default('both'),
    )
    .option('--runs <n>', 'random orders, each with a seed of its own', wholeNumber(1), 5)
    .option('--min-size <voxels>', 'ignore ground-truth ids with fewer voxels', wholeNumber(0), 0)
    .option('--components', 'take every connected part of a ground-truth id for an object of its own, as on a crop')
    .option('--offset <z,y,x>', 'where its first voxel lies in the project, for labels of another shape', offset)
    .option('--commit', 'keep the edits of the order of the queue in the project')
    .option('--plot <file.svg>', 'draw VI against the number of answers')
    .option('--json', 'print JSON')
    .action(async (directory: string, options: SimulateOptions) => {
      if (options.plot !== undefined) requireOutputFile(options.plot, '.svg');
      const project = await openNamedProject(directory, { readOnly: options.commit !== true });
      const progress = showProgress(terminal);
      try {
        const { truth: source, minSize, budget, components = false, offset = null } = options;
        const rows = await countTruth(
          project,
          { source, minSize, components, offset },
          {
            signal,
            onProgress: (done, total) => progress.update({ stage: 'Comparing', done, total, unit: 'sections' }),
          },
        );
        const simulations: Simulation[] = [];
        const scratch = scratchProjects(project);
        for (const { order, seed } of runsOf(options)) {
          const simulation = await simulateOn(scratch(), rows, {
            ...{ budget, order, seed, signal },
            onProgress: (done, total) =>
              progress.update({ stage: `Reviewing, ${order}`, done, total, unit: 'answers' }),
          });
          simulations.push(simulation);
        }
        if (options.commit) await simulateReview(project, rows, { budget, order: 'queue', seed: 1, signal });
        progress.end();
        printResult(terminal, options.json ?? false, { simulations, comparison: compare(simulations) }, () =>
          describe(simulations),
        );
        // Last: what took so long to work out is told although the disk may be full.
        if (options.plot !== undefined) await writeOutputFile(options.plot, plotSimulations(simulations));
      } finally {
        progress.end();
        project.close();
      }
    });
}

function runsOf({ order, runs }: SimulateOptions): { order: ReviewOrder; seed: number }[] {
  const random = Array.from({ length: runs }, (_, i) => ({ order: 'random' as const, seed: i + 1 }));
  const queue = [{ order: 'queue' as const, seed: 1 }];
  return order === 'both' ? [...queue, ...random] : order === 'queue' ? queue : random;
}

async function simulateOn(project: Project, ...[rows, options]: [TruthRows, Parameters<typeof simulateReview>[2]]) {
  try {
    return await simulateReview(project, rows, options);
  } finally {
    project.close();
  }
}

/** Where each random order ends, and how many answers the queue takes to get there. */
function compare(simulations: readonly Simulation[]) {
  const queue = simulations.find(({ order }) => order === 'queue');
  return simulations
    .filter(({ order }) => order === 'random')
    .map((random) => {
      const level = viOf(random);
      return {
        seed: random.seed,
        vi: level,
        answers: random.actions.length,
        queue: queue ? actionsTo(level, queue) : null,
      };
    });
}

function viOf({ before, actions }: Simulation): number {
  const { viSplit, viMerge } = actions.at(-1) ?? before;
  return viSplit + viMerge;
}

function describe(simulations: readonly Simulation[]): string[] {
  const rows: [string, string][] = simulations.map(({ order, seed, before, actions }) => {
    const end = actions.at(-1) ?? before;
    const vi = `VI ${(before.viSplit + before.viMerge).toFixed(4)} to ${(end.viSplit + end.viMerge).toFixed(4)}`;
    const error = `ARE ${before.adaptedRandError.toFixed(4)} to ${end.adaptedRandError.toFixed(4)}`;
    return [order === 'queue' ? 'queue' : `random, seed ${seed}`, `${vi}, ${error}, ${actions.length} answers`];
  });
  const reached = compare(simulations).map(({ seed, vi, answers, queue }): [string, string] => [
    `VI ${vi.toFixed(4)} of seed ${seed}`,
    queue === null ? 'not reached by the queue' : `queue ${queue} answers, random ${answers}`,
  ]);
  return table([...rows, ...reached]);
}
