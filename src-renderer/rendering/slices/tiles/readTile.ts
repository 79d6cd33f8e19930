import type { Client } from '#contract/client.ts';
import type { ProjectInfo } from '#contract/routes/projects.ts';
import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import type { VoxelBlock } from '#contract/voxelBlock.ts';

import type { TileRequest } from './tileGrid.ts';

/** Reads a tile. @throws ApiError, or an AbortError where the signal fired */
export type TileReader = (project: ProjectInfo['id'], request: TileRequest, signal: AbortSignal) => Promise<VoxelBlock>;

/**
 * Reads tiles from the engine.
 *
 * @param allocate memory for the voxels of a tile; their own where absent
 */
export function createTileReader(client: Client, allocate?: (byteLength: number) => ArrayBufferLike): TileReader {
  return async (project, request, signal) => {
    const params = { project, layer: request.layer, level: request.level };
    const { channel, columns, rows } = request;
    if (request.kind === 'slice') {
      const { plane, position, column, row } = request;
      const query = { column, row, columns, rows, channel, packing: 'runs' } as const;
      const call = { params: { ...params, plane, position }, query };
      return decodeVoxelBlock(await client.voxels.slice(call, { signal }), allocate);
    }
    const [originZ, originY, originX] = request.origin;
    const [rightZ, rightY, rightX] = request.right;
    const [downZ, downY, downX] = request.down;
    const place = { originZ, originY, originX, rightZ, rightY, rightX, downZ, downY, downX };
    const query = { ...place, columns, rows, channel, packing: 'runs' } as const;
    return decodeVoxelBlock(await client.voxels.oblique({ params, query }, { signal }), allocate);
  };
}
