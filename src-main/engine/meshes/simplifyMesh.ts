import { MeshoptSimplifier } from 'meshoptimizer';

/** A mesh over lattice positions. */
export interface LatticeMesh {
  /** x, y, z per vertex, in lattice units. */
  readonly positions: Uint16Array;
  /** Two bytes per vertex. */
  readonly normals: Int8Array;
  /** Three per triangle. */
  readonly indices: Uint32Array;
}

/** Meshes of fewer triangles are not worth the call. */
const FEWEST_TRIANGLES = 16;

/** Only shape counts: normals are those of the vertices that are left. */
const NO_ATTRIBUTES = new Float32Array(0);

/** Call once before `simplifyMesh`. */
export function simplifierReady(): Promise<void> {
  return MeshoptSimplifier.ready;
}

/**
 * Fewer triangles for the same shape: collapses edges while the surface stays within `tolerance` (meshoptimizer's error-bounded
 * edge collapse with quadrics, after Garland and Heckbert, SIGGRAPH 1997). Collapses choose among the vertices, all of which lie
 * on the surface, so what is left would be inside of it and small objects would shrink: in the end the vertices move to where
 * the error is least and volume is kept. Those on an open border keep their places and their edges, so that the parts of a
 * surface that was cut into blocks still meet.
 *
 * @param unit length of a lattice unit along x, y, z
 * @param tolerance in the same unit of length
 */
export function simplifyMesh(
  mesh: LatticeMesh,
  unit: readonly [number, number, number],
  tolerance: number,
): LatticeMesh {
  const { positions, normals } = mesh;
  if (mesh.indices.length < 3 * FEWEST_TRIANGLES) return mesh;
  const placed = new Float32Array(positions.length);
  for (let i = 0; i < placed.length; i += 3) {
    placed[i] = positions[i]! * unit[0];
    placed[i + 1] = positions[i + 1]! * unit[1];
    placed[i + 2] = positions[i + 2]! * unit[2];
  }
  const updated = mesh.indices.slice();
  const [left] = MeshoptSimplifier.simplifyWithUpdate(updated, placed, 3, NO_ATTRIBUTES, 0, [], null, 0, tolerance, [
    'LockBorder',
    'ErrorAbsolute',
  ]);
  const indices = updated.slice(0, left);
  const [remap, count] = MeshoptSimplifier.compactMesh(indices);
  const kept = { positions: new Uint16Array(3 * count), normals: new Int8Array(2 * count), indices };
  for (let vertex = 0; vertex < remap.length; vertex++) {
    const to = remap[vertex]!;
    if (to === 0xffffffff) continue;
    for (let axis = 0; axis < 3; axis++)
      kept.positions[3 * to + axis] = onLattice(placed[3 * vertex + axis]! / unit[axis]!);
    kept.normals.set(normals.subarray(2 * vertex, 2 * vertex + 2), 2 * to);
  }
  return kept;
}

/** The nearest position that 16 bits hold. */
const onLattice = (at: number): number => Math.min(0xffff, Math.max(0, Math.round(at)));
