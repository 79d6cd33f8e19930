import { decodeNormals, decodePositions } from '#contract/meshFragments.ts';
import type { MeshFragment, Xyz } from '#contract/meshFragments.ts';
import type { SegmentGeometry } from '#renderer/rendering/meshes/segmentActor.ts';

/**
 * Joins the fragments of one segment into arrays for one draw. A generator, so that the caller can give the window a moment between
 * fragments: it yields after each.
 *
 * @param centreNm the middle of the volume, x, y, z
 * @param colourOf colour of a supervoxel, 0..255; null to leave colours out
 */
export function* joinFragments(
  fragments: readonly MeshFragment[],
  centreNm: Xyz,
  colourOf: ((supervoxel: number) => readonly [number, number, number]) | null,
): Generator<void, SegmentGeometry> {
  const vertices = fragments.reduce((sum, { positions }) => sum + positions.length / 3, 0);
  const triangles = fragments.reduce((sum, { indices }) => sum + indices.length / 3, 0);
  const positions = new Float32Array(3 * vertices);
  const normals = new Float32Array(3 * vertices);
  const polys = new Uint32Array(4 * triangles);
  const colours = colourOf && new Uint8Array(3 * vertices);
  let vertex = 0;
  let at = 0;
  for (const fragment of fragments) {
    positions.set(decodePositions(fragment, centreNm), 3 * vertex);
    normals.set(decodeNormals(fragment.normals), 3 * vertex);
    const { indices } = fragment;
    for (let i = 0; i < indices.length; i += 3) {
      polys[at++] = 3;
      polys[at++] = vertex + indices[i];
      polys[at++] = vertex + indices[i + 1];
      polys[at++] = vertex + indices[i + 2];
    }
    const next = vertex + fragment.positions.length / 3;
    if (colours) {
      const rgb = colourOf!(fragment.supervoxel);
      for (let i = vertex; i < next; i++) colours.set(rgb, 3 * i);
    }
    vertex = next;
    yield;
  }
  return { positions, normals, polys, colours };
}

/** Milliseconds of work before the window gets a turn. */
const SLICE_MS = 8;

/** Runs a generator without holding the window up for longer than a frame allows. */
export async function runInSlices<Result>(work: Generator<void, Result>, signal: AbortSignal): Promise<Result> {
  let start = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - start < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    start = performance.now();
  }
}
