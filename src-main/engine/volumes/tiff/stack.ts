import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';

import { bytesPerVoxel } from '../voxelTypes.ts';
import { parseImageJ, parseOmeXml, type StackLayout } from './description.ts';
import type { TiffPage } from './pages.ts';

/** The pages of a file as a volume. */
export interface TiffStack {
  readonly pages: readonly TiffPage[];
  readonly depth: number;
  readonly channels: number;
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** The index in `pages` of a slice. */
  pageOf(z: number, channel: number): number;
}

export interface StackFacts {
  readonly path: string;
  readonly pages: readonly TiffPage[];
  readonly fileBytes: number;
  /** Of the first page. */
  readonly description: string;
  /** From the resolution tags; NaN where they are missing. */
  readonly pixelsPerUnit: { readonly x: number; readonly y: number };
}

/** Orders the pages by what ImageJ or OME-XML say of them; without either they are the slices, first to last. */
export function planStack(facts: StackFacts): TiffStack {
  const { path, description } = facts;
  const imageJ = parseImageJ(description, facts.pixelsPerUnit);
  const pages = imageJ === null ? facts.pages : expandRawStack(facts, imageJ.images);
  const plain: StackLayout = { order: [{ axis: 'z', length: pages.length }], voxelSizeNm: null };
  const layout = imageJ?.layout ?? parseOmeXml(description) ?? plain;
  const lengthOf = (axis: string): number => layout.order.find((entry) => entry.axis === axis)?.length ?? 1;
  const expected = layout.order.reduce((product, { length }) => product * length, 1);
  if (expected !== pages.length)
    throw new FascicleError(
      'bad-file',
      `${path} describes ${layout.order.map(({ axis, length }) => `${length} ${axis}`).join(' x ')} = ${expected} pages and ` +
        `has ${pages.length}. It is incomplete, or one of several files of an image; put all slices into one file.`,
    );
  if (lengthOf('t') > 1)
    throw new FascicleError(
      'unsupported',
      `${path} is a time series of ${lengthOf('t')} volumes. Only single volumes are read; store one time point in a file of its own.`,
    );
  const strides = { z: 0, c: 0, t: 0 };
  let stride = 1;
  for (const { axis, length } of layout.order.toReversed()) {
    strides[axis] = stride;
    stride *= length;
  }
  return {
    pages,
    depth: lengthOf('z'),
    channels: lengthOf('c'),
    voxelSizeNm: layout.voxelSizeNm,
    pageOf: (z, channel) => z * strides.z + channel * strides.c,
  };
}

/**
 * ImageJ stores stacks of 4 GB and more as one page followed by the voxels of all others: the pages are made up from the
 * first.
 */
function expandRawStack({ path, pages, fileBytes }: StackFacts, images: number): readonly TiffPage[] {
  const first = pages[0]!;
  if (pages.length !== 1 || images <= 1) return pages;
  const sliceBytes = first.width * first.height * bytesPerVoxel(first.type);
  const start = first.offsets[0]!;
  if (first.compression !== 1 || first.isTiled || start + images * sliceBytes > fileBytes)
    throw new FascicleError(
      'bad-file',
      `${path} announces ${images} slices and holds ${Math.max(0, Math.floor((fileBytes - start) / sliceBytes))}. It is incomplete; ` +
        `copy it again from where it came.`,
    );
  return Array.from({ length: images }, (_, index) => ({
    ...first,
    blockHeight: first.height,
    offsets: [start + index * sliceBytes],
    byteCounts: [sliceBytes],
  }));
}
