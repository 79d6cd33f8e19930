import { boxShape, intersectBoxes } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';

import type { SplitSources } from './splitSupervoxel.ts';

/** Voxels that have another label than the sources say; 0 says nothing. */
export interface LabelPatch {
  readonly window: Box;
  readonly labels: Uint32Array;
}

/** The sources as if the patches had been written. */
export function overlayLabels(sources: SplitSources, patches: readonly LabelPatch[]): SplitSources {
  return {
    affinities: (box, signal) => sources.affinities(box, signal),
    async labels(box, signal) {
      const labels = (await sources.labels(box, signal)).slice();
      for (const patch of patches) applyPatch(labels, box, patch);
      return labels;
    },
  };
}

function applyPatch(labels: Uint32Array, box: Box, { window, labels: patch }: LabelPatch): void {
  const { min, max } = intersectBoxes(box, window);
  const target = rowStart(box);
  const source = rowStart(window);
  for (let z = min[0]; z < max[0]; z++)
    for (let y = min[1]; y < max[1]; y++)
      for (let x = min[2]; x < max[2]; x++) {
        const label = patch[source(z, y) + x - window.min[2]];
        if (label !== 0) labels[target(z, y) + x - box.min[2]] = label;
      }
}

/** Index of the first voxel of a row of a box. */
function rowStart(box: Box): (z: number, y: number) => number {
  const [, rows, columns] = boxShape(box);
  return (z, y) => ((z - box.min[0]) * rows + y - box.min[1]) * columns;
}
