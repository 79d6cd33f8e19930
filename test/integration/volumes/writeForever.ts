/** A process that writes a volume, says so, and never finishes: completeness.spec.ts kills it. */
import { boxOfShape, type Zyx } from '#domain/geometry.ts';
import { createVolume } from '#volumes/createVolume.ts';

import { patterned } from './support.ts';

const SHAPE: Zyx = [6, 70, 80];
const writer = await createVolume(process.argv[2]!, {
  shape: SHAPE,
  type: 'uint16',
  voxelSizeNm: null,
  role: 'labels',
});
await writer.write(boxOfShape(SHAPE), patterned('uint16', SHAPE));
process.send!('written');
setInterval(() => undefined, 1000);
