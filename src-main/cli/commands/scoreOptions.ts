import { Option } from 'commander';
import type { Command } from 'commander';

import { FascicleError } from '#domain/errors.ts';
import type { ScoreChoice } from '#engine/segmentation/settings.ts';

import { fraction, openFraction } from '../parse.ts';

/** What decides that supervoxels are one. */
export interface ScoreOptions {
  readonly agglomeration?: ScoreChoice['kind'];
  readonly quantile?: number;
  readonly beta?: number;
  readonly equalEdges?: boolean;
}

const KINDS = ['mean', 'quantile', 'multicut'] as const satisfies readonly ScoreChoice['kind'][];
const DEFAULT_QUANTILE = 0.5;

/** Adds the options of `ScoreOptions`. */
export function withScoreOptions(command: Command): Command {
  const method = 'mean affinity, a quantile of the affinities, or multicut; the one of the model when absent';
  return command
    .addOption(new Option('--agglomeration <method>', method).choices(KINDS))
    .option('--quantile <q>', `with quantile: which; ${DEFAULT_QUANTILE} when absent`, fraction)
    .option(
      '--beta <b>',
      'with multicut: mean affinity below which a contact is a reason to cut; when absent, the threshold that is recommended for means',
      openFraction(0.01),
    )
    .option('--equal-edges', 'with multicut: do not weigh contacts by their area');
}

/**
 * The score that was chosen; null for none. A value that only one method has chooses that method.
 *
 * @throws FascicleError 'bad-request' for a value that the method does not have
 */
export function scoreChoice({ agglomeration, quantile, beta, equalEdges }: ScoreOptions): ScoreChoice | null {
  const hasMulticutValue = beta !== undefined || equalEdges !== undefined;
  const kind = agglomeration ?? (hasMulticutValue ? 'multicut' : quantile !== undefined ? 'quantile' : null);
  const refuse = (option: string, owner: string) =>
    new FascicleError('bad-request', `${option} goes with --agglomeration ${owner}, which was not asked for.`);
  if (quantile !== undefined && kind !== 'quantile') throw refuse('--quantile', 'quantile');
  if (hasMulticutValue && kind !== 'multicut')
    throw refuse(beta === undefined ? '--equal-edges' : '--beta', 'multicut');
  switch (kind) {
    case null:
      return null;
    case 'mean':
      return { kind };
    case 'quantile':
      return { kind, quantile: quantile ?? DEFAULT_QUANTILE };
    case 'multicut':
      return { kind, beta: beta ?? null, byContactArea: !equalEdges };
  }
}
