import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  createMeshFragmentDecoder,
  decodeMeshFragment,
  decodeNormals,
  decodePositions,
  encodeMeshFragment,
  type MeshFragment,
} from './meshFragments.ts';

const uint32 = fc.nat(0xffffffff);
const xyz = (value: fc.Arbitrary<number>) => fc.tuple(value, value, value);
const nanometres = fc.double({ min: -1e9, max: 1e9, noNaN: true });

const fragments: fc.Arbitrary<MeshFragment> = fc
  .record({
    supervoxel: uint32,
    level: fc.nat(20),
    block: xyz(uint32),
    originNm: xyz(nanometres),
    unitNm: xyz(nanometres),
    vertices: fc.array(fc.tuple(fc.nat(65535), fc.nat(65535), fc.nat(65535), fc.integer({ min: -127, max: 127 })), {
      maxLength: 40,
    }),
    triangles: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 60 }),
  })
  .map(({ vertices, triangles, ...rest }) => ({
    ...rest,
    positions: Uint16Array.from(vertices.flatMap(([x, y, z]) => [x, y, z])),
    normals: Int8Array.from(vertices.flatMap(([, , , n]) => [n, -n])),
    indices: Uint16Array.from(vertices.length === 0 ? [] : triangles.flat().map((index) => index % vertices.length)),
  }));

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

describe('mesh fragments', () => {
  it('come back as they were, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 6 }), fc.array(fc.nat(300)), (sent, cuts) => {
        const stream = concatenate(sent.map(encodeMeshFragment));
        const decoder = createMeshFragmentDecoder();
        const received: MeshFragment[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          received.push(...decoder.push(stream.slice(at, at + cut)));
          at = Math.min(stream.length, at + cut);
        }
        decoder.finish();
        expect(received).toEqual(sent);
      }),
    );
  });

  it('get 32-bit indices where there are more vertices than 16 bits count', () => {
    const fragment: MeshFragment = {
      supervoxel: 1,
      level: 0,
      block: [0, 0, 0],
      originNm: [0, 0, 0],
      unitNm: [1, 1, 1],
      positions: new Uint16Array(3 * 70_000),
      normals: new Int8Array(2 * 70_000),
      indices: Uint32Array.of(0, 69_999, 65_536),
    };
    expect(decodeMeshFragment(encodeMeshFragment(fragment)).indices).toEqual(fragment.indices);
  });

  it('are refused where a byte of the frame is wrong, and never read beyond their bytes', () => {
    fc.assert(
      fc.property(fragments, fc.nat(), fc.integer({ min: 1, max: 255 }), (fragment, position, change) => {
        const bytes = encodeMeshFragment(fragment);
        bytes[position % bytes.length]! ^= change;
        let decoded: MeshFragment;
        try {
          decoded = decodeMeshFragment(bytes);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'bad-file' });
          return;
        }
        for (const index of decoded.indices) expect(index).toBeLessThan(decoded.positions.length / 3);
      }),
    );
  });

  it('are refused where the stream ends inside one', () => {
    const decoder = createMeshFragmentDecoder();
    const bytes = encodeMeshFragment({ ...sample(), supervoxel: 3 });
    expect(decoder.push(bytes.subarray(0, 100))).toEqual([]);
    expect(() => decoder.finish()).toThrow(/100 bytes into a record/);
  });

  it('say where their vertices are and which way they face', () => {
    const fragment = sample();
    expect([...decodePositions(fragment, [100, 0, 0])]).toEqual([0, 200, 300, 2, 203, 304]);
    expect([...decodeNormals(Int8Array.of(0, 0, 127, 0, 0, -127, 127, 127))]).toEqual([
      ...[0, 0, 1],
      ...[1, 0, 0],
      ...[0, -1, 0],
      ...[0, 0, -1].map((value) => value + 0),
    ]);
  });
});

function sample(): MeshFragment {
  return {
    supervoxel: 1,
    level: 2,
    block: [1, 2, 3],
    originNm: [100, 200, 300],
    unitNm: [1, 1.5, 2],
    positions: Uint16Array.of(0, 0, 0, 2, 2, 2),
    normals: Int8Array.of(0, 0, 0, 0),
    indices: Uint16Array.of(0, 1, 1),
  };
}
