import { boxShape } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { VolumeReader, VoxelArray } from '#volumes/volume.ts';

/** The values of a thinned section, row by row. */
export interface SectionSample {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A section through a volume: the axis that is cut and where, and the axes of its rows and columns. */
export interface SectionPlane {
  readonly axis: 0 | 1 | 2;
  readonly index: number;
  readonly rowAxis: 0 | 1 | 2;
  readonly columnAxis: 0 | 1 | 2;
}

/** Voxels that are decoded for one section at most, chunks counted whole. */
const MAX_DECODED_VOXELS = 2 ** 27;

/** Voxels that are read at once. */
const MAX_READ_VOXELS = 2 ** 24;

/**
 * A section, thinned to at most `edge` values along each side: means of cells, or single voxels for labels and where whole cells would
 * take too many reads. However large the volume, the work is bounded: where even single voxels would touch too many chunks, fewer are
 * taken.
 *
 * @param window the part of the volume that is looked at
 * @throws what the reader throws; 'cancelled'
 */
export async function sampleSection(
  reader: VolumeReader,
  plane: SectionPlane,
  options: { edge: number; window: Box; mean: boolean; signal?: AbortSignal | undefined },
): Promise<SectionSample> {
  const { axis, index, rowAxis, columnAxis } = plane;
  const { window, signal } = options;
  const { chunkShape, shape } = reader.info;
  const extent = boxShape(window);
  const chunk = ([0, 1, 2] as const).map((a) => Math.max(1, Math.min(chunkShape[a], shape[a])));
  let rows = Math.min(options.edge, extent[rowAxis]);
  let columns = Math.min(options.edge, extent[columnAxis]);
  let mean = options.mean;

  const touched = (count: number, a: 0 | 1 | 2) => Math.min(mean ? Infinity : count, Math.ceil(extent[a] / chunk[a]));
  const decoded = () => touched(rows, rowAxis) * touched(columns, columnAxis) * chunk[0] * chunk[1] * chunk[2];
  if (decoded() > MAX_DECODED_VOXELS) mean = false;
  while (decoded() > MAX_DECODED_VOXELS && Math.max(rows, columns) > 16) {
    if (touched(rows, rowAxis) >= touched(columns, columnAxis)) rows = Math.ceil(rows / 2);
    else columns = Math.ceil(columns / 2);
  }

  const rowCells = groupCells(cellsOf(extent[rowAxis], rows, window.min[rowAxis], mean), chunk[rowAxis]);
  const columnCells = groupCells(cellsOf(extent[columnAxis], columns, window.min[columnAxis], mean), chunk[columnAxis]);
  const values = new Float64Array(rows * columns);
  for (const rowGroup of rowCells)
    for (const columnGroup of columnCells) {
      const min: number[] = [0, 0, 0];
      const max: number[] = [0, 0, 0];
      [min[axis], max[axis]] = [index, index + 1];
      [min[rowAxis], max[rowAxis]] = rangeOf(rowGroup);
      [min[columnAxis], max[columnAxis]] = rangeOf(columnGroup);
      const box = { min: min as unknown as Zyx, max: max as unknown as Zyx };
      const voxels = await reader.read(box, { signal });
      fill({ voxels, box }, { rowGroup, columnGroup, rowAxis, columnAxis }, values, columns);
    }
  return { rows, columns, values };
}

/** A cell of the thinned section along one axis. */
interface Cell {
  readonly at: number;
  readonly min: number;
  readonly max: number;
}

function cellsOf(extent: number, count: number, offset: number, whole: boolean): Cell[] {
  return Array.from({ length: count }, (_, at) => {
    const min = Math.floor((at * extent) / count);
    const max = Math.max(min + 1, Math.floor(((at + 1) * extent) / count));
    const middle = (min + max) >> 1;
    const [from, to] = whole ? [min, max] : [middle, middle + 1];
    return { at, min: offset + from, max: offset + to };
  });
}

/** Neighbouring cells that are read together: those of one chunk, or as many as make a good read. */
function groupCells(cells: readonly Cell[], chunk: number): Cell[][] {
  const length = Math.max(chunk, Math.floor(Math.sqrt(MAX_READ_VOXELS)));
  const groups: Cell[][] = [];
  for (const cell of cells) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const isNear = last !== undefined && cell.max - group![0].min <= length && cell.min - last.max <= chunk;
    if (isNear) group!.push(cell);
    else groups.push([cell]);
  }
  return groups;
}

function rangeOf(group: readonly Cell[]): [number, number] {
  return [group[0].min, group.at(-1)!.max];
}

function fill(
  { voxels, box }: { voxels: VoxelArray; box: Box },
  cells: {
    rowGroup: readonly Cell[];
    columnGroup: readonly Cell[];
    rowAxis: 0 | 1 | 2;
    columnAxis: 0 | 1 | 2;
  },
  values: Float64Array,
  columns: number,
): void {
  const { rowGroup, columnGroup, rowAxis, columnAxis } = cells;
  const shape = boxShape(box);
  const strides = [shape[1] * shape[2], shape[2], 1];
  const [rowStride, columnStride] = [strides[rowAxis], strides[columnAxis]];
  const [rowMin, columnMin] = [box.min[rowAxis], box.min[columnAxis]];
  for (const row of rowGroup)
    for (const column of columnGroup) {
      let sum = 0;
      for (let r = row.min; r < row.max; r++)
        for (let c = column.min; c < column.max; c++)
          sum += Number(voxels[(r - rowMin) * rowStride + (c - columnMin) * columnStride]);
      values[row.at * columns + column.at] = sum / ((row.max - row.min) * (column.max - column.min));
    }
}
