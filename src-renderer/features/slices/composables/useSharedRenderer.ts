import { effectScope } from 'vue';
import type { EffectScope } from 'vue';

import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import type { VoxelBlock } from '#contract/voxelBlock.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { createSliceRenderer } from '#renderer/rendering/slices/sliceRenderer.ts';
import type { SliceRenderer } from '#renderer/rendering/slices/sliceRenderer.ts';
import type { TileRequest } from '#renderer/rendering/slices/tiles/tileGrid.ts';

import { followScene } from './followScene.ts';

interface Shared {
  readonly renderer: SliceRenderer;
  readonly scope: EffectScope;
  users: number;
}

let shared: Shared | null = null;

/**
 * The one renderer of the window: made for the first panel, deleted with the last.
 *
 * @throws Error where the browser has no WebGL 2
 */
export function acquireRenderer(): SliceRenderer {
  if (shared === null) {
    const renderer = createSliceRenderer({ read: createTileReader() });
    const scope = effectScope(true);
    scope.run(() => followScene(renderer));
    shared = { renderer, scope, users: 0 };
  }
  shared.users++;
  return shared.renderer;
}

export function releaseRenderer(): void {
  if (shared === null || --shared.users > 0) return;
  shared.scope.stop();
  shared.renderer.dispose();
  shared = null;
}

/** The renderer, while panels are on the screen; for measurements. */
export function currentRenderer(): SliceRenderer | null {
  return shared?.renderer ?? null;
}

function createTileReader(): (request: TileRequest, signal: AbortSignal) => Promise<VoxelBlock> {
  const { client } = useEngine();
  const project = useProjectStore();
  return async (request, signal) => {
    const params = { project: project.info!.id, layer: request.layer, level: request.level };
    const { channel, columns, rows } = request;
    if (request.kind === 'slice') {
      const { plane, position, column, row } = request;
      const query = { column, row, columns, rows, channel };
      return decodeVoxelBlock(await client.voxels.slice({ params: { ...params, plane, position }, query }, { signal }));
    }
    const [originZ, originY, originX] = request.origin;
    const [rightZ, rightY, rightX] = request.right;
    const [downZ, downY, downX] = request.down;
    const query = { originZ, originY, originX, rightZ, rightY, rightX, downZ, downY, downX, columns, rows, channel };
    return decodeVoxelBlock(await client.voxels.oblique({ params, query }, { signal }));
  };
}
