import { FascicleError } from '#domain/errors.ts';

/** The segment of every supervoxel at a revision of the project; element 0 is 0. */
export interface AssignmentTable {
  readonly revision: number;
  readonly assignment: Uint32Array;
}

/* Layout, little-endian: 'FAS1', uint32 revision, then one uint32 per supervoxel id from 0. */
const MAGIC = 0x31534146;
const HEADER_BYTES = 8;

export function encodeAssignment({ revision, assignment }: AssignmentTable): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(2 + assignment.length);
  words[0] = MAGIC;
  words[1] = revision;
  words.set(assignment, 2);
  return new Uint8Array(words.buffer);
}

/** @throws FascicleError 'bad-file' for bytes that are none */
export function decodeAssignment(bytes: Uint8Array<ArrayBuffer>): AssignmentTable {
  const words = bytes.byteLength % 4 === 0 ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4) : [];
  if (bytes.byteLength < HEADER_BYTES || words[0] !== MAGIC)
    throw new FascicleError('bad-file', 'The engine sent bytes that are no assignment.');
  return { revision: words[1], assignment: (words as Uint32Array).subarray(2) };
}
