import { rowMajorStrides } from './axes.ts';

/** Reads bytes of a dense array that lies in a file or in memory. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/**
 * Reads a window of a dense array without its surroundings: for every index of the outer axes one read spans the rows that
 * are needed, and the columns are cut out of it.
 * @param storedShape of the whole array, last axis fastest, at least two axes
 * @param size bytes of one element
 * @returns the window in stored order
 */
export async function readWindow(
  readBytes: ReadBytes,
  storedShape: readonly number[],
  window: { readonly start: readonly number[]; readonly count: readonly number[] },
  size: number,
): Promise<Uint8Array> {
  const { start, count } = window;
  const strides = rowMajorStrides(storedShape);
  const rowAxis = storedShape.length - 2;
  const [rows, columns] = [count[rowAxis]!, count[rowAxis + 1]!];
  const rowBytes = strides[rowAxis]! * size;
  const partBytes = columns * size;
  const out = new Uint8Array(count.reduce((product, extent) => product * extent, size));
  const outer = count.slice(0, rowAxis);
  const planes = outer.reduce((product, extent) => product * extent, 1);
  if (rows === 0 || columns === 0) return out;
  for (let plane = 0; plane < planes; plane++) {
    let remainder = plane;
    let element = start[rowAxis]! * strides[rowAxis]! + start[rowAxis + 1]!;
    for (let axis = rowAxis - 1; axis >= 0; axis--) {
      element += (start[axis]! + (remainder % outer[axis]!)) * strides[axis]!;
      remainder = Math.floor(remainder / outer[axis]!);
    }
    const bytes = await readBytes(element * size, (rows - 1) * rowBytes + partBytes);
    for (let row = 0; row < rows; row++)
      out.set(bytes.subarray(row * rowBytes, row * rowBytes + partBytes), (plane * rows + row) * partBytes);
  }
  return out;
}
