import { encodeVoxelBlock } from '#contract/voxelBlock.ts';
import type { Packing, VoxelBlock } from '#contract/voxelBlock.ts';
import { freeMemory } from '#engine/views/freeMemory.ts';

import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';

/** Voxels of open projects. A caller that goes away takes its reads with it. */
export function createVoxelsHandlers(engine: EngineContext): Handlers['voxels'] {
  const viewsOf = (project: string) => engine.projects.get(project).views;
  const send = async (reading: Promise<VoxelBlock>, packing?: Packing) => {
    const block = await reading;
    const bytes = encodeVoxelBlock(block, packing);
    freeMemory(block.voxels);
    return bytes;
  };
  return {
    slice({ params, query: { channel, packing, ...rectangle }, signal }) {
      const { project, layer, level, plane, position } = params;
      return send(viewsOf(project).slice({ layer, level, channel, plane, position }, rectangle, signal), packing);
    },
    box({ params: { project, layer, level }, query: { z, y, x, depth, rows, columns, channel }, signal }) {
      const box = { min: [z, y, x], max: [z + depth, y + rows, x + columns] } as const;
      return send(viewsOf(project).box({ layer, level, channel }, box, signal));
    },
    oblique({ params: { project, layer, level }, query, signal }) {
      const plane = {
        origin: [query.originZ, query.originY, query.originX],
        right: [query.rightZ, query.rightY, query.rightX],
        down: [query.downZ, query.downY, query.downX],
        rows: query.rows,
        columns: query.columns,
      } as const;
      return send(viewsOf(project).oblique({ layer, level, channel: query.channel }, plane, signal), query.packing);
    },
    async histogram({ params: { project, layer }, query: { channel }, signal }) {
      const { counts, range, limits } = await viewsOf(project).histogram(layer, channel, signal);
      return { counts: [...counts], range: [...range], limits: [...limits] };
    },
  };
}
