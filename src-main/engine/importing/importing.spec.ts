import { describe, expect, it } from 'vitest';

import { boxOfShape, boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { VolumeInfo, VolumeReader } from '#volumes/volume.ts';

import { measureBrightness } from './brightness.ts';
import { findingsOf } from './findings.ts';
import { measureSections } from './measureSections.ts';
import { parseVoxelSize } from './parseVoxelSize.ts';
import { previewSlice } from './previewSlice.ts';
import { sampleSection } from './sampleSection.ts';
import { suggestedUse } from './suggestedUse.ts';

/** A volume of uint8 from a function of the position. */
function volume(shape: Zyx, value: (z: number, y: number, x: number) => number, chunkShape: Zyx = [16, 64, 64]) {
  const info: VolumeInfo = {
    ...{ source: 'made', format: 'test', dataset: null, shape, channels: 1, type: 'uint8' },
    ...{ voxelSizeNm: [30, 10, 10], storedAxes: 'zyx', chunkShape },
  };
  const reader: VolumeReader = {
    info,
    async read(box: Box) {
      const [depth, rows, columns] = boxShape(box);
      return Uint8Array.from({ length: depth * rows * columns }, (_, i) =>
        value(
          box.min[0] + Math.floor(i / (rows * columns)),
          box.min[1] + (Math.floor(i / columns) % rows),
          box.min[2] + (i % columns),
        ),
      );
    },
    close: async () => undefined,
  };
  return { reader };
}

const noise = (z: number, y: number, x: number) => {
  let h = Math.imul(z, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(x, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x27d4eb2f);
  return (h ^ (h >>> 13)) >>> 0;
};
/** Blobs that go through all sections, 80 to 143. */
const tissue = (_: number, y: number, x: number) => 80 + (noise(0, y >> 2, x >> 2) % 64);

describe('sampleSection', () => {
  it('gives the means of cells, along any axis', async () => {
    const { reader } = volume([4, 6, 8], (z, y, x) => 16 * z + 4 * y + x);
    const options = { edge: 2, window: boxOfShape([4, 6, 8]), mean: true };
    const { rows, columns, values } = await sampleSection(
      reader,
      { axis: 1, index: 5, rowAxis: 0, columnAxis: 2 },
      options,
    );
    expect([rows, columns]).toEqual([2, 2]);
    expect([...values]).toEqual([8 + 20 + 1.5, 8 + 20 + 5.5, 40 + 20 + 1.5, 40 + 20 + 5.5]);
  });

  it('does a bounded amount of work for a section of any size', async () => {
    const { reader: slow } = volume([40_000, 1, 60_000], () => 7, [1, 1, 60_000]);
    const read = { voxels: 0, calls: 0 };
    const reader: VolumeReader = {
      ...slow,
      async read(box) {
        read.voxels += voxelCount(boxShape(box));
        read.calls++;
        return new Uint8Array(voxelCount(boxShape(box))).fill(7);
      },
    };
    const thin = { axis: 1, index: 0, rowAxis: 0, columnAxis: 2 } as const;
    const section = await sampleSection(reader, thin, {
      edge: 512,
      window: boxOfShape([40_000, 1, 60_000]),
      mean: true,
    });
    expect(section.values.every((value) => value === 7)).toBe(true);
    expect(read.voxels).toBeLessThan(2 ** 27);
    expect(read.calls).toBeLessThan(10_000);
  });
});

describe('previewSlice', () => {
  it('spreads the limits over the grey values, and gives ids as they are', async () => {
    const { reader } = volume([1, 2, 4], (_, y, x) => 50 + 10 * (4 * y + x));
    const request = { plane: 'xy', at: 0.5, edge: 64, kind: 'image' } as const;
    const slice = await previewSlice(reader, request, [60, 110]);
    expect(slice).toMatchObject({ type: 'uint8', rows: 2, columns: 4 });
    expect([...slice.voxels]).toEqual([0, 0, 51, 102, 153, 204, 255, 255]);
    const ids = await previewSlice(reader, { ...request, kind: 'labels' }, [0, 1]);
    expect(ids.type).toBe('uint32');
    expect([...ids.voxels.slice(0, 2)]).toEqual([50, 60]);
  });
});

describe('findings', () => {
  const find = async (shape: Zyx, value: (z: number, y: number, x: number) => number, stated = true) => {
    const { reader } = volume(shape, value);
    const info = stated ? reader.info : { ...reader.info, voxelSizeNm: null };
    const sections = await measureSections(reader, { untilMs: Infinity });
    return findingsOf(info, await measureBrightness(reader), sections).map(({ level, text }) => `${level}: ${text}`);
  };
  const shape: Zyx = [20, 128, 128];

  it('calls even, aligned sections so', async () => {
    expect(await find(shape, tissue)).toEqual([
      'ok: Brightness is even from section to section.',
      'ok: Sections are aligned: median shift 0.0 px, largest 0.0 px at z 1.',
    ]);
  });

  it('names blank, dark, bright and shifted sections, and a voxel size that is missing', async () => {
    const found = await find(
      shape,
      (z, y, x) => {
        if (z === 4) return 0;
        const offset = z === 9 ? -30 : z === 14 ? 60 : 0;
        return offset + tissue(z, y, z >= 17 ? x + 40 : x);
      },
      false,
    );
    expect(found).toEqual([
      'warn: The file does not state its voxel size. The network needs it: enter it before you go on.',
      'warn: 1 section is blank or missing (z 4). Objects may be cut apart there.',
      'warn: 1 section is darker than those around (z 9).',
      'warn: 1 section is brighter than those around (z 14).',
      expect.stringMatching(/^warn: 1 section is shifted against the one before \(z 17\): median shift 0\.0 px/),
      expect.stringMatching(/^warn: 6 % of the voxels have the darkest value/),
    ]);
  });

  it('does not take the black ground of sparse cells for a fault', async () => {
    expect(await find(shape, (z, y, x) => (noise(z, y, x) % 400 === 0 ? 200 : 0))).toEqual([]);
  });
});

describe('suggestedUse', () => {
  const use = (name: string, type: string, channels: number | null = 1) =>
    suggestedUse({ name, type, channels, shape: channels === null ? null : [4, 4, 4] });

  it.each([
    ['volumes/raw', 'uint8', 1, 'image'],
    ['volumes/labels/neuron_ids', 'uint64', 1, 'labels'],
    ['volumes/labels/clefts', 'uint64', 1, 'ignore'],
    ['anything', 'uint32', 1, 'labels'],
    ['segmentation', 'uint16', 1, 'labels'],
    ['volumes/affinities', 'float32', 3, 'affinities'],
    ['colour', 'uint8', 3, 'ignore'],
    ['', 'uint16', 1, 'image'],
    ['table', 'float64', null, 'ignore'],
  ] as const)('%s of %s with %s channels is %s', (name, type, channels, expected) => {
    expect(use(name, type, channels)).toBe(expected);
  });
});

describe('parseVoxelSize', () => {
  it('takes z,y,x in nm and refuses the rest', () => {
    expect(parseVoxelSize('30, 6,6')).toEqual([30, 6, 6]);
    for (const text of ['', '1,2', '1,2,0', '1,2,x', '1,,3']) expect(() => parseVoxelSize(text)).toThrow(/z,y,x/);
  });
});
