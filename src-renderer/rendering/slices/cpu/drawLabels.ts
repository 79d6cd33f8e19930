import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { PictureLabels } from '#renderer/rendering/slices/picture.ts';
import type { PictureTables } from '#renderer/rendering/slices/pictureMaker.ts';
import { STYLE, styleOf } from '#renderer/rendering/slices/styleTable.ts';

import { axisSamples } from './axisSamples.ts';
import type { Raster } from './pixels.ts';

/** Supervoxel -> segment -> style of every pixel. Neighbours are mostly of one supervoxel, which is then looked up once. */
export function drawLabels(
  { tiles, areAssigned, overlay }: PictureLabels<VoxelBlock>,
  { assignment, styles: table }: PictureTables,
  raster: Raster,
): void {
  const { width, height, segments, styles, supervoxels, covered } = raster;
  const count = width * height;
  covered.fill(0, 0, count);
  for (const words of [segments, styles, supervoxels]) words.fill(0, 0, count);
  const segmentOf = areAssigned ? assignment : null;
  const always = STYLE.selected | STYLE.side;

  let label = 0;
  let segment = 0;
  let style = 0;
  let supervoxel = 0;
  const lookUp = (next: number): void => {
    label = next;
    segment = segmentOf !== null && label < segmentOf.length ? segmentOf[label] : label;
    style = segment === 0 ? 0 : styleOf(table, segment);
    supervoxel = label;
    if ((style & STYLE.hidden) !== 0 || (overlay.hideOthers && (style & always) === 0))
      segment = style = supervoxel = 0;
  };
  lookUp(0);

  for (const { channels, rect, columns: tileColumns, rows: tileRows } of tiles) {
    const [{ voxels, columns: stride }] = channels;
    const [left, top, right, bottom] = rect;
    const { first, end, nearest } = axisSamples(left, right, tileColumns, width);
    const lines = axisSamples(top, bottom, tileRows, height);
    for (let y = lines.first; y < lines.end; y++) {
      const row = lines.nearest[y - lines.first] * stride;
      const begin = y * width + first;
      for (let i = 0; i < end - first; i++) {
        if (covered[begin + i] !== 0) continue;
        covered[begin + i] = 1;
        const next = voxels[row + nearest[i]];
        if (next !== label) lookUp(next);
        segments[begin + i] = segment;
        styles[begin + i] = style;
        supervoxels[begin + i] = supervoxel;
      }
    }
  }
}
