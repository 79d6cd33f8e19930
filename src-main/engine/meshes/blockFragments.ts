import { encodeMeshFragment } from '#contract/meshFragments.ts';
import { toXyz } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { SURFACE_UNITS, surfaceNets } from '#native/surfaceNets.ts';
import type { SurfaceMeshes } from '#native/surfaceNets.ts';

import type { MeshLevel } from './meshLevels.ts';
import { simplifierReady, simplifyMesh } from './simplifyMesh.ts';
import type { LatticeMesh } from './simplifyMesh.ts';

/** What the fragments of a block are made from. */
export interface BlockInput {
  readonly level: MeshLevel;
  /** Position of the block on the lattice, z, y, x. */
  readonly position: Zyx;
  readonly box: Box;
  /** The labels of `window`. */
  readonly labels: Uint32Array;
  readonly window: Box;
  /** Supervoxels to mesh, rising. */
  readonly supervoxels: Uint32Array;
  /** The id under which all of them are meshed as one, without walls between them; null for each by itself. */
  readonly joinedAs: number | null;
}

/** A supervoxel's encoded fragment (meshFragments.ts). */
export interface EncodedFragment {
  readonly supervoxel: number;
  readonly bytes: Uint8Array;
  readonly triangles: number;
}

/** Extracts, simplifies and encodes the fragments of a block; supervoxels without a face in it have none. */
export async function blockFragments(input: BlockInput): Promise<EncodedFragment[]> {
  await simplifierReady();
  const { level, position, box, labels, window, supervoxels, joinedAs } = input;
  if (joinedAs !== null) joinLabels(labels, supervoxels, joinedAs);
  const [surfaces] = await surfaceNets(labels, window, [box], {
    threads: 1,
    voxelSize: level.voxelSizeNm,
    selected: joinedAs === null ? supervoxels : Uint32Array.of(joinedAs),
  });
  const edge = toXyz(level.voxelSizeNm);
  const unitNm = [edge[0] / SURFACE_UNITS, edge[1] / SURFACE_UNITS, edge[2] / SURFACE_UNITS] as const;
  const corner = toXyz(box.min);
  const originNm = [(corner[0] - 1) * edge[0], (corner[1] - 1) * edge[1], (corner[2] - 1) * edge[2]] as const;
  return Array.from(surfaces!.labels, (supervoxel, part): EncodedFragment => {
    const mesh = simplifyMesh(partOf(surfaces!, part), unitNm, level.toleranceNm);
    const bytes = encodeMeshFragment({
      supervoxel,
      level: level.level,
      block: toXyz(position),
      originNm,
      unitNm,
      ...mesh,
    });
    return { supervoxel, bytes, triangles: mesh.indices.length / 3 };
  });
}

/** Gives all wanted labels one id, and 0 to all others. */
function joinLabels(labels: Uint32Array, wanted: Uint32Array, id: number): void {
  const isWanted = new Set(wanted);
  let last = 0;
  let joined = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label !== last) {
      last = label;
      joined = isWanted.has(label) ? id : 0;
    }
    labels[i] = joined;
  }
}

function partOf(
  { vertexStart, triangleStart, positions, normals, triangles }: SurfaceMeshes,
  part: number,
): LatticeMesh {
  const [first, end] = [vertexStart[part]!, vertexStart[part + 1]!];
  return {
    positions: positions.subarray(3 * first, 3 * end),
    normals: normals.subarray(2 * first, 2 * end),
    indices: triangles.subarray(3 * triangleStart[part]!, 3 * triangleStart[part + 1]!),
  };
}
