import { MeshoptSimplifier } from 'meshoptimizer';

/** A mesh over lattice positions. Vertices keep their places: simplification chooses among them. */
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

/** Call once before `simplifyMesh`. */
export function simplifierReady(): Promise<void> {
  return MeshoptSimplifier.ready;
}

/**
 * Fewer triangles for the same shape: collapses edges while the surface stays within `tolerance` (meshoptimizer's error-bounded
 * edge collapse with quadrics, after Garland and Heckbert, SIGGRAPH 1997). Vertices on an open border keep their places and
 * their edges, so that the parts of a surface that was cut into blocks still meet.
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
  const [indices] = MeshoptSimplifier.simplify(mesh.indices, placed, 3, 0, tolerance, ['LockBorder', 'ErrorAbsolute']);
  const [remap, count] = MeshoptSimplifier.compactMesh(indices);
  const kept = { positions: new Uint16Array(3 * count), normals: new Int8Array(2 * count), indices };
  for (let vertex = 0; vertex < remap.length; vertex++) {
    const to = remap[vertex]!;
    if (to === 0xffffffff) continue;
    kept.positions.set(positions.subarray(3 * vertex, 3 * vertex + 3), 3 * to);
    kept.normals.set(normals.subarray(2 * vertex, 2 * vertex + 2), 2 * to);
  }
  return kept;
}
