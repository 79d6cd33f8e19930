import { parseVoxelSize } from '#engine/importing/parseVoxelSize.ts';
import { listModelCards } from '#engine/importing/modelCards.ts';

import type { Handlers } from '../handlers.ts';

export function createModelsHandlers(): Handlers['models'] {
  return {
    list: ({ query: { voxelSizeNm } }) =>
      listModelCards(voxelSizeNm === undefined ? null : parseVoxelSize(voxelSizeNm)),
  };
}
