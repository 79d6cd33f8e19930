import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeLzw } from './lzw.ts';

/** The plain LZW encoder of TIFF 6.0, section 13: codes most significant bit first, one code wider one entry early. */
function encodeLzw(bytes: Uint8Array): Uint8Array {
  const codes: [code: number, width: number][] = [];
  let table = new Map<string, number>();
  let next = 258;
  let width = 9;
  const emit = (code: number) => codes.push([code, width]);
  const codeOf = (text: string) => (text.length === 1 ? text.charCodeAt(0) : table.get(text)!);
  emit(256);
  let prefix = '';
  for (const byte of bytes) {
    const longer = prefix + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      prefix = longer;
      continue;
    }
    emit(codeOf(prefix));
    table.set(longer, next++);
    if (next === 512 || next === 1024 || next === 2048) width++;
    if (next === 4094) {
      emit(256);
      table = new Map();
      [next, width] = [258, 9];
    }
    prefix = String.fromCharCode(byte);
  }
  if (prefix !== '') {
    emit(codeOf(prefix));
    next++;
    if (next === 512 || next === 1024 || next === 2048) width++;
  }
  emit(257);
  const bits = codes.map(([code, length]) => code.toString(2).padStart(length, '0')).join('');
  return Uint8Array.from(bits.match(/.{1,8}/g)!, (octet) => Number.parseInt(octet.padEnd(8, '0'), 2));
}

describe('decodeLzw', () => {
  it('undoes the encoder of the specification', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300, max: 3 }),
        fc.integer({ min: 1, max: 60 }),
        (piece, repeats) => {
          const bytes = Uint8Array.from(
            { length: piece.length * repeats },
            (_, i) => piece[i % piece.length]! + (i >> 9),
          );
          expect(decodeLzw(encodeLzw(bytes), bytes.length)).toEqual(bytes);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('fills and clears the table', () => {
    let state = 1;
    const noise = Uint8Array.from({ length: 20_000 }, () => (state = (state * 16_807) % 2_147_483_647) & 0xff);
    expect(decodeLzw(encodeLzw(noise), noise.length)).toEqual(noise);
  });

  it('returns what there is of data that are cut or damaged, and never fails', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(decodeLzw(bytes, 100).length).toBeLessThanOrEqual(100);
      }),
    );
  });
});
