import { toXyz } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

import { formatCount, formatDecimal, formatPlain, UNIT_SPACE } from './numbers.ts';

const TIMES = ' × ';

/** A shape as people read it, x × y × z voxels: 1 024 × 1 024 × 80. */
export function formatShape(shape: Zyx): string {
  return toXyz(shape).map(formatCount).join(TIMES);
}

/** A voxel size, x × y × z: 6 × 6 × 30 nm. */
export function formatVoxelSize(voxelSizeNm: Zyx): string {
  return `${toXyz(voxelSizeNm)
    .map((size) => formatPlain(size))
    .join(TIMES)}${UNIT_SPACE}nm`;
}

/** The physical size of a volume, x × y × z, in one unit that suits its longest side: 6.14 × 6.14 × 2.40 µm. */
export function formatPhysicalSize(shape: Zyx, voxelSizeNm: Zyx): string {
  const sidesNm = toXyz([shape[0] * voxelSizeNm[0], shape[1] * voxelSizeNm[1], shape[2] * voxelSizeNm[2]]);
  const longest = Math.max(...sidesNm);
  const [unit, nm] =
    longest >= 1e6 ? (['mm', 1e6] as const) : longest >= 1e3 ? (['µm', 1e3] as const) : (['nm', 1] as const);
  const places = longest / nm >= 100 ? 0 : longest / nm >= 10 ? 1 : 2;
  return `${sidesNm.map((side) => formatDecimal(side / nm, places)).join(TIMES)}${UNIT_SPACE}${unit}`;
}
