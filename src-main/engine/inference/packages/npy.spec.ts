import { describe, expect, it } from 'vitest';

import { parseNpy } from './npy.ts';

/** A version 1 file with the given header fields, padded as NumPy pads. */
function npy(descr: string, shape: string, data: ArrayBufferView, fortran = 'False'): Buffer {
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;
  const header = dictionary.padEnd(Math.ceil((dictionary.length + 11) / 64) * 64 - 11) + '\n';
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([start, Buffer.from(header), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

describe('parseNpy', () => {
  it('reads shape and values, also from the middle of a larger buffer', () => {
    const file = npy('<f4', '1, 3', Float32Array.of(1.5, -2, 3));
    const shifted = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect(parseNpy(shifted, 'a.npy')).toEqual({ shape: [1, 3], data: Float32Array.of(1.5, -2, 3) });
    expect(parseNpy(npy('|u1', '2,', Uint8Array.of(7, 8)), 'b.npy')).toEqual({ shape: [2], data: Uint8Array.of(7, 8) });
  });

  it.each([
    ['another kind of file', Buffer.from('PK\x03\x04 and more bytes'), /does not start with/],
    ['a truncated file', npy('<f4', '1, 4', Float32Array.of(1, 2)), /needs 16 bytes, 8 follow/],
    ['Fortran order', npy('<f4', '2,', Float32Array.of(1, 2), 'True'), /Fortran order/],
    ['objects', npy('|O', '1,', Uint8Array.of(0)), /type \|O is not supported/],
  ])('refuses %s and says why', (_, bytes, reason) => {
    expect(() => parseNpy(bytes, 'test_raw.npy')).toThrow(reason);
    expect(() => parseNpy(bytes, 'test_raw.npy')).toThrow(/test_raw.npy/);
  });
});
