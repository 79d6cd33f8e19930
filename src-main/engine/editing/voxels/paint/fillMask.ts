import { boxShape } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { NativeOptions } from '#native/addon.ts';
import { connectedComponents } from '#native/connectedComponents.ts';

import { indexIn } from './voxelMask.ts';
import type { VoxelMask } from './voxelMask.ts';

/**
 * The voxels of a window with the label of one, joined to it by faces within the window.
 *
 * @param labels one element per voxel of the window
 */
export async function fillMask(
  labels: Uint32Array,
  window: Box,
  voxel: Zyx,
  options: NativeOptions = {},
): Promise<VoxelMask> {
  const start = indexIn(window, voxel);
  const isSame = Uint8Array.from(labels, (label) => (label === labels[start] ? 1 : 0));
  const components = new Uint32Array(labels.length);
  await connectedComponents(isSame, boxShape(window), components, options);
  return { window, voxels: isSame.map((_, i) => (components[i] === components[start] ? 1 : 0)) };
}
