import { encodeVoxelBlock } from '#contract/voxelBlock.ts';
import type { ProjectInfo } from '#contract/routes/projects.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Zyx } from '#domain/geometry.ts';

/** z, y, x. Level 1 halves y and x. */
export const SHAPE: Zyx = [40, 1024, 1536];
const VOXEL_SIZE_NM: Zyx = [30, 6, 6];
const FACTORS: readonly Zyx[] = [
  [1, 1, 1],
  [1, 2, 2],
  [1, 4, 4],
];

/** Ids of the test's segments: squares of 128 voxels, each with the next of these, 0 in between. */
export const IDS = [
  1, 2, 255, 256, 65_535, 65_536, 16_777_217, 2_147_483_647, 2_147_483_648, 4_294_967_294, 4_294_967_295,
];
export const SQUARE = 128;

/** In the square of row 4, column 3: squares of nothing, from the same column as row. */
export const HOLES = [
  { at: 40, size: 7 },
  { at: 84, size: 20 },
] as const;
const isIn = (value: number, at: number, size: number): boolean => value >= at && value < at + size;

/** The id at a voxel: squares in rows and columns, 16 voxels of nothing around each. */
export function idAt(z: number, y: number, x: number): number {
  const [row, column] = [Math.floor(y / SQUARE), Math.floor(x / SQUARE)];
  const [inY, inX] = [y % SQUARE, x % SQUARE];
  const isMargin = inY < 16 || inX < 16;
  const isHole = row === 4 && column === 3 && HOLES.some(({ at, size }) => isIn(inY, at, size) && isIn(inX, at, size));
  return isMargin || isHole ? 0 : IDS[(row * 12 + column + Math.floor(z / 20)) % IDS.length];
}

/** The brightness of a whole slice across z, so that a picture tells which slice it shows. */
export function rawAt(z: number): number {
  return 20 + 5 * z;
}

const levels = FACTORS.map((factor) => ({
  shape: [SHAPE[0] / factor[0], SHAPE[1] / factor[1], SHAPE[2] / factor[2]] as Zyx,
  factor,
}));

export const PROJECT: ProjectInfo = {
  id: 'testproject',
  name: 'Test',
  directory: '/test',
  readOnly: false,
  shape: [...SHAPE],
  voxelSizeNm: [...VOXEL_SIZE_NM],
  source: null,
  layers: [
    { id: 'raw', kind: 'image', type: 'uint16', channels: 1, levels, limits: [0, 255] },
    { id: 'labels', kind: 'labels', type: 'uint32', channels: 1, levels, limits: null },
  ],
  segmentation: null,
  revision: 0,
};

/** A slice as the engine answers it. */
export function sliceOf(params: Readonly<Record<string, string>>, query: Readonly<Record<string, string>>) {
  const factor = FACTORS[Number(params.level)];
  if (factor === undefined) throw new FascicleError('bad-request', `There is no level ${params.level}.`);
  const [column, row, columns, rows] = ['column', 'row', 'columns', 'rows'].map((key) => Number(query[key]));
  const position = Number(params.position);
  const voxels = params.layer === 'raw' ? new Uint16Array(rows * columns) : new Uint32Array(rows * columns);
  for (let r = 0, i = 0; r < rows; r++)
    for (let c = 0; c < columns; c++, i++) {
      const place = {
        xy: [position, row + r, column + c],
        xz: [row + r, position, column + c],
        yz: [row + r, column + c, position],
      };
      const [z, y, x] = place[params.plane as 'xy'].map((value, axis) => value * factor[axis]);
      voxels[i] = params.layer === 'raw' ? rawAt(z) : idAt(z, y, x);
    }
  const type = params.layer === 'raw' ? 'uint16' : 'uint32';
  return encodeVoxelBlock({ type, depth: 1, rows, columns, voxels });
}
