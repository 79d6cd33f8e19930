import type { Surface } from './segmentSurface.ts';

/** A surface as a PLY file (format 1.0, binary, little endian): float x, y, z in nm, triangles. */
export function encodePly({ positions, indices }: Surface): Uint8Array {
  const header = Buffer.from(
    [
      'ply',
      'format binary_little_endian 1.0',
      'comment positions are x, y, z in nanometres',
      `element vertex ${positions.length / 3}`,
      'property float x',
      'property float y',
      'property float z',
      `element face ${indices.length / 3}`,
      'property list uchar uint vertex_indices',
      'end_header\n',
    ].join('\n'),
    'latin1',
  );
  const facesAt = header.length + 4 * positions.length;
  const bytes = new Uint8Array(facesAt + 13 * (indices.length / 3));
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < positions.length; i++) view.setFloat32(header.length + 4 * i, positions[i]!, true);
  for (let i = 0, at = facesAt; i < indices.length; i += 3, at += 13) {
    view.setUint8(at, 3);
    for (let corner = 0; corner < 3; corner++) view.setUint32(at + 1 + 4 * corner, indices[i + corner]!, true);
  }
  return bytes;
}

/** A surface as parts of an OBJ file: x, y, z in nm, vertices counted from 1. */
export function* encodeObj({ positions, indices }: Surface, name: string): Generator<string> {
  const lines = ['# positions are x, y, z in nanometres', `o ${name}`];
  for (let i = 0; i < positions.length; i += 3) {
    lines.push(`v ${positions[i]} ${positions[i + 1]} ${positions[i + 2]}`);
    if (lines.length > 65_536) yield `${lines.splice(0).join('\n')}\n`;
  }
  for (let i = 0; i < indices.length; i += 3) {
    lines.push(`f ${indices[i]! + 1} ${indices[i + 1]! + 1} ${indices[i + 2]! + 1}`);
    if (lines.length > 65_536) yield `${lines.splice(0).join('\n')}\n`;
  }
  yield `${lines.join('\n')}\n`;
}

/** A surface as a fragment of Neuroglancer's legacy single-resolution mesh format: count, float x, y, z in nm, indices. */
export function encodeLegacyMesh({ positions, indices }: Surface): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * positions.length + 4 * indices.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, positions.length / 3, true);
  for (let i = 0; i < positions.length; i++) view.setFloat32(4 + 4 * i, positions[i]!, true);
  const at = 4 + 4 * positions.length;
  for (let i = 0; i < indices.length; i++) view.setUint32(at + 4 * i, indices[i]!, true);
  return bytes;
}
