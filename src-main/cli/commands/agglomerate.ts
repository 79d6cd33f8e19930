import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

import { FascicleError } from '#domain/errors.ts';
import { thresholdOfBeta } from '#domain/multicutBeta.ts';
import { assignmentAtState } from '#engine/project/assignment.ts';
import { countSegments } from '#engine/project/countSegments.ts';
import { appendThreshold, currentState } from '#engine/project/edits.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { solvedBeta } from '#engine/segmentation/solvedBeta.ts';

import type { CommandContext } from '../main.ts';
import { openNamedProject } from '../openNamedProject.ts';
import { printResult } from '../output.ts';
import { fraction, openFraction, wholeNumber } from '../parse.ts';

interface AgglomerateOptions {
  readonly threshold?: number | 'none';
  readonly beta?: number;
  readonly minSize?: number;
  readonly json?: boolean;
}

/** A score, or 'none' for a project in which nothing is merged; not null, of which the parser makes an empty string. */
function thresholdOrNone(text: string): number | 'none' {
  if (text === 'none') return text;
  try {
    return fraction(text);
  } catch {
    throw new InvalidArgumentError(`expected a number from 0 to 1, or none; found '${text}'.`);
  }
}

export function registerAgglomerate(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('agglomerate')
    .description('Set the threshold of a project, up or down. It is an edit like any other and stays in the log.')
    .argument('<project>', 'project folder')
    .option('--threshold <t>', 'score down to which merges are applied, 0 to 1, or none', thresholdOrNone)
    .option('--beta <b>', 'in the project of a multicut: the threshold that stands for this beta', openFraction(0.01))
    .option(
      '--min-size <voxels>',
      'smaller segments go to their strongest neighbour; as before when absent',
      wholeNumber(0),
    )
    .option('--json', 'print JSON')
    .action(async (directory: string, options: AgglomerateOptions) => {
      const project = await openNamedProject(directory);
      try {
        requireSegmentation(project);
        const { database } = project;
        const threshold = chosenThreshold(options, database);
        const state = currentState(database);
        const cut = { threshold, minSize: options.minSize ?? state.cut.minSize };
        const segments = countSegments(await assignmentAtState(project, { ...state, cut }, signal));
        signal.throwIfAborted();
        // Written down last: a cut that cannot be made must not stand in the log, which nothing can be taken out of.
        const revision = appendThreshold(database, cut);
        const result = { revision, ...cut, segments };
        const words = threshold === null ? 'none' : String(Number(threshold.toFixed(4)));
        printResult(terminal, options.json ?? false, result, () => [
          `revision ${revision}: threshold ${words}, ${segments} segments`,
        ]);
      } finally {
        project.close();
      }
    });
}

/** @throws FascicleError 'bad-request' unless one of threshold and beta was given, and a beta means something here */
function chosenThreshold({ threshold, beta }: AgglomerateOptions, database: ProjectDatabase): number | null {
  if ((threshold === undefined) === (beta === undefined))
    throw new FascicleError('bad-request', 'Give --threshold, or --beta in the project of a multicut; one of the two.');
  if (beta === undefined) return threshold === 'none' ? null : threshold!;
  const solved = solvedBeta(database);
  if (solved === null)
    throw new FascicleError(
      'bad-request',
      'This project holds no multicut, so --beta means nothing. Give --threshold.',
    );
  return thresholdOfBeta(beta, solved);
}
