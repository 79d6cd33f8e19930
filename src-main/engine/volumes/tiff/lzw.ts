/** Codes of TIFF's LZW: 256 empties the table, 257 ends the data, the table grows from 258. */
const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/**
 * Unpacks TIFF LZW (TIFF 6.0, section 13: codes of 9 to 12 bits, most significant bit first, one code wider one entry
 * early). Every table entry is a piece of the output written before, so the table holds positions, not strings.
 * @param length bytes that are expected; decoding stops there
 * @returns the bytes that were decoded, fewer than `length` where the data end early or are damaged
 */
export function decodeLzw(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  const starts = new Uint32Array(MAX_CODES);
  const lengths = new Uint32Array(MAX_CODES);
  let [written, nextCode, width, previous] = [0, FIRST_FREE, 9, -1];
  let [buffer, buffered] = [0, 0];
  let previousStart = 0;
  let previousLength = 0;

  for (let position = 0; written < length;) {
    while (buffered < width && position < bytes.byteLength) {
      buffer = ((buffer << 8) | bytes[position++]!) & 0xff_ffff;
      buffered += 8;
    }
    if (buffered < width) break;
    const code = (buffer >>> (buffered - width)) & ((1 << width) - 1);
    buffered -= width;
    if (code === END) break;
    if (code === CLEAR) {
      [nextCode, width, previous] = [FIRST_FREE, 9, -1];
      continue;
    }
    // A code may name the entry that it completes itself: the last string and its first byte again.
    if (code > nextCode || (code === nextCode && previous < 0) || (code >= CLEAR && code < FIRST_FREE)) break;
    const start = written;
    if (code < CLEAR) {
      out[written++] = code;
    } else {
      const [from, count] = code === nextCode ? [previousStart, previousLength + 1] : [starts[code]!, lengths[code]!];
      for (let i = 0; i < count && written < length; i++) out[written++] = out[from + i]!;
    }
    if (previous >= 0 && nextCode < MAX_CODES) {
      starts[nextCode] = previousStart;
      lengths[nextCode] = previousLength + 1;
      nextCode++;
    }
    if (nextCode + 1 >= 1 << width && width < 12) width++;
    [previous, previousStart, previousLength] = [code, start, written - start];
  }
  return written === length ? out : out.subarray(0, written);
}
