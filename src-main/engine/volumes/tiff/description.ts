import type { VoxelSizeNm } from '#domain/geometry.ts';

import { nanometresPer, validVoxelSize } from '../voxelSize.ts';

/** How the pages of a file make a volume, and how large its voxels are. */
export interface StackLayout {
  /** Axes of the pages, slowest first, of the letters t, z, c; each with its length. */
  readonly order: readonly { readonly axis: 'z' | 'c' | 't'; readonly length: number }[];
  readonly voxelSizeNm: VoxelSizeNm | null;
}

/** What ImageJ writes into the first page's description (`key=value` lines). */
export interface ImageJDescription {
  readonly images: number;
  readonly layout: StackLayout;
}

/**
 * The description that ImageJ writes; null for any other.
 * @param pixelsPerUnit of x and y, from the resolution tags
 */
export function parseImageJ(
  description: string,
  pixelsPerUnit: { x: number; y: number } | null,
): ImageJDescription | null {
  if (!description.startsWith('ImageJ=')) return null;
  const entries = description.split(/\r?\n/).map((line) => line.split('=') as [string, string?]);
  const text = new Map(entries.map(([key, value]) => [key.trim(), value?.trim() ?? '']));
  const count = (key: string): number => Math.max(1, Math.floor(Number(text.get(key) ?? 1)) || 1);
  const unit = nanometresPer(text.get('unit') ?? '');
  // 'inch' is what ImageJ assumes where nobody calibrated the image.
  const calibrated = unit !== null && text.get('unit') !== 'inch' && pixelsPerUnit !== null && text.has('spacing');
  const voxelSizeNm = calibrated
    ? validVoxelSize([Number(text.get('spacing')) * unit, unit / pixelsPerUnit.y, unit / pixelsPerUnit.x])
    : null;
  const [channels, slices, frames] = [count('channels'), count('slices'), count('frames')];
  const images = count('images');
  // Stacks without a named axis, and z stacks that were loaded as time series, are stacks along z.
  const z = slices > 1 ? slices : frames > 1 ? frames : Math.floor(images / channels);
  return {
    images,
    layout: {
      order: [
        { axis: 't', length: slices > 1 ? frames : 1 },
        { axis: 'z', length: z },
        { axis: 'c', length: channels },
      ],
      voxelSizeNm,
    },
  };
}

/** The layout that OME-XML states for its first image; null where the description is none. */
export function parseOmeXml(description: string): StackLayout | null {
  const pixels = /<(?:\w+:)?Pixels\b([^>]*)>/.exec(description)?.[1];
  if (pixels === undefined || !/<(?:\w+:)?OME\b/.test(description)) return null;
  const attributes = new Map([...pixels.matchAll(/([\w:]+)\s*=\s*"([^"]*)"/g)].map((match) => [match[1]!, match[2]!]));
  const size = (letter: string): number => {
    // Without a unit OME means micrometres.
    const unit = nanometresPer(decodeEntities(attributes.get(`PhysicalSize${letter}Unit`) ?? 'µm'));
    return Number(attributes.get(`PhysicalSize${letter}`) ?? Number.NaN) * (unit ?? Number.NaN);
  };
  // DimensionOrder names the fastest axis first: XYZCT.
  const letters = [...(attributes.get('DimensionOrder') ?? 'XYZCT')]
    .filter((letter) => 'ZCT'.includes(letter))
    .toReversed();
  return {
    order: letters.map((letter) => ({
      axis: letter.toLowerCase() as 'z' | 'c' | 't',
      length: Math.max(1, Number(attributes.get(`Size${letter}`) ?? 1) || 1),
    })),
    voxelSizeNm: validVoxelSize([size('Z'), size('Y'), size('X')]),
  };
}

function decodeEntities(text: string): string {
  return text.replace(/&#x([\da-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}
