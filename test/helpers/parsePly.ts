/** Reads a binary PLY of float vertices and triangles by its description alone. */
export function parsePly(bytes: Buffer): { positions: number[][]; triangles: number[][] } {
  const end = bytes.indexOf('end_header\n') + 'end_header\n'.length;
  const header = bytes.subarray(0, end).toString('latin1');
  const count = (element: string): number => Number(new RegExp(`element ${element} (\\d+)`).exec(header)![1]);
  let at = end;
  const positions = Array.from({ length: count('vertex') }, () =>
    [0, 1, 2].map(() => bytes.readFloatLE((at += 4) - 4)),
  );
  const triangles = Array.from({ length: count('face') }, () => {
    if (bytes.readUInt8(at++) !== 3) throw new Error('A face is no triangle.');
    return [0, 1, 2].map(() => bytes.readUInt32LE((at += 4) - 4));
  });
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes follow the faces.`);
  return { positions, triangles };
}
