import { createMeshFragmentDecoder } from '#contract/meshFragments.ts';
import type { MeshFragment } from '#contract/meshFragments.ts';
import { FascicleError } from '#domain/errors.ts';
import type { MeshSource } from '#engine/meshes/openMeshes.ts';

/** A triangle mesh. Positions are x, y, z in nm, three per vertex; triangles are counter-clockwise seen from outside. */
export interface Surface {
  readonly positions: Float32Array;
  readonly indices: Uint32Array;
}

/** About 3 GiB with the table that joins the parts. */
const MOST_VERTICES = 40_000_000;

/**
 * The whole surface of supervoxels as one mesh: the parts of blocks share vertices on their borders, so that it is closed where the
 * segment does not leave the volume.
 *
 * @param shiftNm added to every position, x, y, z
 * @throws FascicleError 'unsupported' for a surface too large for one file; what `MeshSource.fragments` throws
 */
export async function segmentSurface(
  meshes: MeshSource,
  supervoxels: Uint32Array,
  level: number,
  options: { shiftNm: readonly [number, number, number]; signal?: AbortSignal | undefined },
): Promise<Surface> {
  const decoder = createMeshFragmentDecoder();
  const join = createJoin(options.shiftNm);
  for await (const bytes of meshes.fragments(supervoxels, level, { joined: true, signal: options.signal }))
    for (const fragment of decoder.push(bytes)) join.add(fragment);
  decoder.finish();
  return join.surface();
}

/** Joins fragments of one level. Vertices lie on its lattice, so equal ones are found by whole numbers. */
function createJoin(shiftNm: readonly [number, number, number]) {
  const positions: number[] = [];
  const indices: number[] = [];
  const rows = new Map<string, number>();
  return {
    add({ positions: steps, indices: triangles, originNm, unitNm }: MeshFragment): void {
      const first = originNm.map((origin, axis) => Math.round(origin / unitNm[axis]!));
      const mapped = new Uint32Array(steps.length / 3);
      for (let vertex = 0; vertex < mapped.length; vertex++) {
        const at = 3 * vertex;
        const key = `${first[0]! + steps[at]!} ${first[1]! + steps[at + 1]!} ${first[2]! + steps[at + 2]!}`;
        const known = rows.get(key);
        if (known !== undefined) {
          mapped[vertex] = known;
          continue;
        }
        const row = positions.length / 3;
        if (row >= MOST_VERTICES)
          throw new FascicleError(
            'unsupported',
            `A surface of more than ${MOST_VERTICES} vertices does not go into one file. Choose a coarser level of detail.`,
          );
        rows.set(key, row);
        mapped[vertex] = row;
        for (let axis = 0; axis < 3; axis++)
          positions.push(originNm[axis]! + steps[at + axis]! * unitNm[axis]! + shiftNm[axis]!);
      }
      for (let t = 0; t < triangles.length; t += 3) {
        const [a, b, c] = [mapped[triangles[t]!]!, mapped[triangles[t + 1]!]!, mapped[triangles[t + 2]!]!];
        if (a !== b && b !== c && c !== a) indices.push(a, b, c);
      }
    },
    surface: (): Surface => ({ positions: Float32Array.from(positions), indices: Uint32Array.from(indices) }),
  };
}
