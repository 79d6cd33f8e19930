import { multicut, multicutMergeTree } from '#native/multicut.ts';
import type { Multicut } from '#native/multicut.ts';

import type { Measure } from './benchmark.ts';
import { LATTICE_UNIT, latticeGraph } from './latticeGraph.ts';

/** 47 cells along an edge, which makes about 700,000 edges. */
const SUPERVOXELS = 103_823;

/** The published beta of the generalist model. */
const BETA = 0.25;

/** Times the multicut of a made-up graph, whatever the shape of the volume is, and the merge tree around it. */
export async function benchMulticut(measure: Measure): Promise<void> {
  const { supervoxelCount, ...edges } = latticeGraph(SUPERVOXELS);
  const side = Math.round(Math.cbrt(supervoxelCount));
  const facts = { supervoxelCount, unit: LATTICE_UNIT, beta: BETA };
  const size = { supervoxels: supervoxelCount, edges: edges.u.length };
  const energies = ({ energy, contractionEnergy }: Multicut) => ({ ...size, energy, contractionEnergy });
  const { segments } = await measure(
    'multicut',
    1,
    () => multicut(edges, { ...facts, byContactArea: true }),
    energies,
    [side, side, side],
  );
  const tree = () => multicutMergeTree(edges, segments, facts);
  await measure('multicutMergeTree', 1, tree, () => size, [side, side, side]);
}
