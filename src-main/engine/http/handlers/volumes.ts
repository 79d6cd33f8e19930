import { encodeVoxelBlock } from '#contract/voxelBlock.ts';
import { formatVolumeSpec } from '#volumes/volumeSpec.ts';

import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';

/** Files that are no project yet. */
export function createVolumesHandlers({ looks }: EngineContext): Handlers['volumes'] {
  const readingOf = ({ path, dataset, axes }: { path: string; dataset: string; axes?: string | undefined }) => ({
    spec: formatVolumeSpec({ path, dataset }),
    axes,
  });
  return {
    describe: ({ query, signal }) => looks.describe(query.path, signal),
    preview: async ({ query, signal }) => {
      const { plane, at, edge, kind } = query;
      const role = kind === 'labels' ? 'labels' : 'image';
      const slice = await looks.preview({ ...readingOf(query), role }, { plane, at, edge, kind }, signal);
      return encodeVoxelBlock({ ...slice, depth: 1 });
    },
    measure: ({ query, signal }) => looks.measure(readingOf(query), signal),
  };
}
