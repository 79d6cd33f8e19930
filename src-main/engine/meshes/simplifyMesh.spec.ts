import { beforeAll, describe, expect, it } from 'vitest';

import { boxOfShape } from '#domain/geometry.ts';
import { surfaceNets } from '#native/surfaceNets.ts';

import { simplifierReady, simplifyMesh } from './simplifyMesh.ts';
import type { LatticeMesh } from './simplifyMesh.ts';

beforeAll(simplifierReady);

const unit = [1 / 256, 1 / 256, 1 / 256] as const;

/** A ball with a radius of 12 voxels around 16, 16, 16, meshed in blocks of `edge` voxels along x. */
async function ball(edge: number): Promise<LatticeMesh[]> {
  const labels = new Uint32Array(32 ** 3);
  for (let i = 0; i < labels.length; i++) {
    const at = [i >> 10, (i >> 5) & 31, i & 31].map((voxel) => voxel + 0.5 - 16);
    labels[i] = Math.hypot(...at) <= 12 ? 1 : 0;
  }
  const blocks = Array.from({ length: 32 / edge }, (_, part) => ({
    min: [0, 0, part * edge] as const,
    max: [32, 32, (part + 1) * edge] as const,
  }));
  const parts = await surfaceNets(labels, boxOfShape([32, 32, 32]), blocks, { voxelSize: [1, 1, 1] });
  return parts.map(({ positions, normals, triangles }) => ({ positions, normals, indices: triangles }));
}

/** What lies inside around 16, 16, 16, meshed whole. */
async function object(isInside: (at: number[]) => boolean): Promise<{ mesh: LatticeMesh; voxels: number }> {
  const labels = new Uint32Array(32 ** 3);
  for (let i = 0; i < labels.length; i++)
    labels[i] = isInside([i >> 10, (i >> 5) & 31, i & 31].map((voxel) => voxel + 0.5 - 16)) ? 1 : 0;
  const box = boxOfShape([32, 32, 32]);
  const [part] = await surfaceNets(labels, box, [box], { voxelSize: [1, 1, 1] });
  const { positions, normals, triangles } = part!;
  return { mesh: { positions, normals, indices: triangles }, voxels: labels.reduce((sum, label) => sum + label, 0) };
}

/** In voxels. */
function volumeOf({ positions, indices }: LatticeMesh): number {
  const at = (vertex: number, axis: number) => positions[3 * vertex + (axis % 3)]! / 256;
  let sum = 0;
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t]!, indices[t + 1]!, indices[t + 2]!];
    for (let axis = 0; axis < 3; axis++)
      sum += at(a, axis) * (at(b, axis + 1) * at(c, axis + 2) - at(b, axis + 2) * at(c, axis + 1));
  }
  return sum / 6;
}

describe('simplifyMesh', () => {
  it('leaves far fewer triangles within the tolerance', async () => {
    const [mesh] = await ball(32);
    const simple = simplifyMesh(mesh!, unit, 0.3);
    expect(simple.indices.length).toBeLessThan(mesh!.indices.length / 3);
    expect(simple.normals.length / 2).toBe(simple.positions.length / 3);
    for (let i = 0; i < simple.positions.length; i += 3) {
      const distance = Math.hypot(...[0, 1, 2].map((axis) => simple.positions[i + axis]! / 256 - 1 - 16));
      expect(Math.abs(distance - 12)).toBeLessThan(1);
    }
  });

  it('keeps the border of a part, edge by edge, so that parts still meet', async () => {
    for (const mesh of await ball(16)) {
      const border = borderOf(mesh);
      expect(border.length).toBeGreaterThan(20);
      expect(borderOf(simplifyMesh(mesh, unit, 0.3))).toEqual(border);
    }
  });

  it.each([
    ['a cube of 8', (at: number[]) => Math.max(...at.map(Math.abs)) < 4],
    ['a cube of 16', (at: number[]) => Math.max(...at.map(Math.abs)) < 8],
    ['a ball with a radius of 4', (at: number[]) => Math.hypot(...at) <= 4],
    ['a ball with a radius of 10', (at: number[]) => Math.hypot(...at) <= 10],
    ['a tube with a radius of 3', ([z, y, x]: number[]) => Math.hypot(z!, y!) <= 3 && Math.abs(x!) < 14],
  ])('keeps the volume of %s within 15 %', async (_, isInside) => {
    const { mesh, voxels } = await object(isInside);
    const simple = simplifyMesh(mesh, unit, 0.5);
    expect(simple.indices.length).toBeLessThan(mesh.indices.length / 3);
    expect(volumeOf(simple)).toBeGreaterThan(0.85 * voxels);
    expect(volumeOf(simple)).toBeLessThan(1.15 * voxels);
  });

  it('leaves tiny meshes alone', () => {
    const mesh = {
      positions: Uint16Array.of(0, 0, 0, 9, 0, 0, 0, 9, 0),
      normals: new Int8Array(6),
      indices: Uint32Array.of(0, 1, 2),
    };
    expect(simplifyMesh(mesh, unit, 100)).toBe(mesh);
  });
});

/** Edges that have one triangle, by the positions of their ends. */
function borderOf({ positions, indices }: LatticeMesh): string[] {
  const edges = new Set<string>();
  const name = (vertex: number) => positions.subarray(3 * vertex, 3 * vertex + 3).join();
  for (let t = 0; t < indices.length; t += 3)
    for (let i = 0; i < 3; i++) {
      const [from, to] = [name(indices[t + i]!), name(indices[t + ((i + 1) % 3)]!)];
      if (!edges.delete(`${to} ${from}`)) edges.add(`${from} ${to}`);
    }
  return [...edges].sort();
}
