import { blocksCovering, boxOfShape, mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { simplifierReady, simplifyMesh } from '#engine/meshes/simplifyMesh.ts';
import { surfaceNets } from '#native/surfaceNets.ts';
import type { SurfaceMeshes } from '#native/surfaceNets.ts';

import type { Measure } from './benchmark.ts';

/** The meshes of a whole large volume would fill the memory, and the program never has them at once. */
const LARGEST_PART = 256;

const BLOCK: Zyx = [128, 128, 128];

/** Times the surfaces of a label volume (of its first 256 x 256 x 256 voxels), and their simplification on one thread. */
export async function benchSurfaces(
  labels: Uint32Array,
  shape: Zyx,
  { threads, measure, collectGarbage }: { threads: number; measure: Measure; collectGarbage: () => void },
): Promise<void> {
  const extent = mapZyx((axis) => Math.min(shape[axis], LARGEST_PART));
  const blocks = blocksCovering(boxOfShape(extent), BLOCK);
  const extract = (boxes: typeof blocks, used: number) =>
    surfaceNets(labels, boxOfShape(shape), boxes, { threads: used, voxelSize: [1, 1, 1] });
  for (const used of new Set([1, threads])) {
    const perSecond = (parts: SurfaceMeshes[], seconds: number) => {
      const triangles = parts.reduce((sum, part) => sum + part.triangles.length / 3, 0);
      return { triangles, megatrianglesPerSecond: triangles / seconds / 1e6 };
    };
    await measure('surfaces', used, () => extract(blocks, used), perSecond, extent);
    collectGarbage();
  }
  await simplifierReady();
  const [block] = await extract(blocks.slice(0, 1), threads);
  const triangles = block!.triangles.length / 3;
  await measure(
    'simplification',
    1,
    () => Promise.resolve(simplifyAll(block!)),
    (left, seconds) => ({ triangles, left, megatrianglesPerSecond: triangles / seconds / 1e6 }),
    mapZyx((axis) => Math.min(extent[axis], BLOCK[axis])),
  );
}

/** Simplifies each surface to within half a voxel; returns the triangles that are left. */
function simplifyAll({ labels, vertexStart, triangleStart, positions, normals, triangles }: SurfaceMeshes): number {
  let left = 0;
  for (let i = 0; i < labels.length; i++) {
    const [first, end] = [vertexStart[i]!, vertexStart[i + 1]!];
    const mesh = {
      positions: positions.subarray(3 * first, 3 * end),
      normals: normals.subarray(2 * first, 2 * end),
      indices: triangles.subarray(3 * triangleStart[i]!, 3 * triangleStart[i + 1]!),
    };
    left += simplifyMesh(mesh, [1 / 256, 1 / 256, 1 / 256], 0.5).indices.length / 3;
  }
  return left;
}
