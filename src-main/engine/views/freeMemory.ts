/** Smaller arrays may lie in a buffer that others share, and weigh little. */
const LEAST_BYTES = 2 ** 16;

/**
 * Gives the memory of an array that has a buffer of its own back now, not with the next garbage collection: V8 collects its whole heap for every
 * 64 MB of buffers that are made, and a jump reads and unpacks some hundred megabytes. Nobody may use the array any more; it is empty
 * afterwards.
 */
export function freeMemory({ buffer, byteLength }: ArrayBufferView): void {
  if (byteLength < LEAST_BYTES || !(buffer instanceof ArrayBuffer)) return;
  buffer.transfer(0);
}
