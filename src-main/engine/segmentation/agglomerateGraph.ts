import type { MergeSteps } from '#domain/tables.ts';
import { agglomerate } from '#native/agglomeration.ts';
import { multicut, multicutMergeTree } from '#native/multicut.ts';
import type { RegionGraph } from '#native/regionGraph.ts';

import type { StageContext } from './stageContext.ts';

/** How strongly two sides belong together, and what decides that they are one. */
export type ScoreSetting =
  | {
      /** Mean affinity of all contacts, greedily. */
      readonly kind: 'mean';
    }
  | {
      /** A quantile of the affinities of all contacts, greedily. */
      readonly kind: 'quantile';
      readonly quantile: number;
    }
  | {
      /** All edges weighed against each other; the result is the cut at 0.5. */
      readonly kind: 'multicut';
      /** Mean affinity at which an edge by itself is neither cut nor kept, 0.01..0.99; a higher one cuts more. */
      readonly beta: number;
      /** Weigh an edge by its contacts; otherwise all edges count the same. */
      readonly byContactArea: boolean;
    };

/** Bins of the histograms from which quantiles are taken, linearly within a bin; 128 bytes an edge. */
const QUANTILE_BINS = 32;

/** Bins of the histograms that a score needs of every edge. */
export function histogramBins({ kind }: ScoreSetting): number {
  return kind === 'quantile' ? QUANTILE_BINS : 0;
}

/** What a multicut cost: sums of the log-odds of cut edges times contacts. */
export interface MulticutEnergies {
  readonly contractionEnergy: number;
  /** Of the result; never above that after the contraction. */
  readonly energy: number;
}

/** A merge tree, and what it cost where it is that of a multicut. */
export interface Agglomeration {
  readonly steps: MergeSteps;
  readonly multicut: MulticutEnergies | null;
}

/**
 * The merge tree of a region graph. That of a multicut is the multicut when cut at 0.5, see `multicutMergeTree`.
 *
 * @param graph with histograms of `histogramBins(score)` bins
 * @throws FascicleError 'cancelled', 'bad-request' for a value that is out of range
 */
export async function agglomerateGraph(
  context: Pick<StageContext, 'signal' | 'onProgress'>,
  score: ScoreSetting,
  graph: RegionGraph,
  supervoxelCount: number,
): Promise<Agglomeration> {
  const { signal, onProgress } = context;
  const facts = { supervoxelCount, unit: graph.affinityUnit };
  const say = (done: number, note?: string) =>
    onProgress?.({ stage: 'Agglomeration', done, total: 1, unit: 'steps', ...(note === undefined ? {} : { note }) });
  say(0);
  if (score.kind !== 'multicut') {
    const { bins, histogram } = graph;
    const edgeScore = score.kind === 'mean' ? score : { ...score, histogram, bins };
    const steps = await agglomerate(graph, { ...facts, score: edgeScore }, { signal });
    say(1);
    return { steps, multicut: null };
  }
  const { beta, byContactArea } = score;
  const { segments, ...energies } = await multicut(graph, { ...facts, beta, byContactArea }, { signal });
  const steps = await multicutMergeTree(graph, segments, { ...facts, beta }, { signal });
  say(1, `energy ${energies.energy.toFixed(1)}, ${energies.contractionEnergy.toFixed(1)} after the contraction`);
  return { steps, multicut: energies };
}
