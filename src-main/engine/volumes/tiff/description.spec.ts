import { describe, expect, it } from 'vitest';

import { parseImageJ, parseOmeXml } from './description.ts';

const PIXELS = { x: 0.25, y: 0.25 };

describe('parseImageJ', () => {
  it('reads slices, channels and the voxel size', () => {
    const parsed = parseImageJ('ImageJ=1.54f\nimages=10\nchannels=2\nslices=5\nunit=nm\nspacing=40.0\n', PIXELS);
    expect(parsed).toMatchObject({ images: 10, layout: { voxelSizeNm: [40, 4, 4] } });
    expect(parsed?.layout.order).toEqual([
      { axis: 't', length: 1 },
      { axis: 'z', length: 5 },
      { axis: 'c', length: 2 },
    ]);
  });

  it('takes a series without slices for a stack', () => {
    expect(parseImageJ('ImageJ=1.54f\nimages=5\nframes=5\n', PIXELS)?.layout.order).toContainEqual({
      axis: 'z',
      length: 5,
    });
    expect(parseImageJ('ImageJ=1.54f\nimages=5\n', PIXELS)?.layout.order).toContainEqual({ axis: 'z', length: 5 });
  });

  it.each(['', 'unit=nm\n', 'unit=inch\nspacing=1\n', 'unit=pixel\nspacing=1\n', 'spacing=40\n'])(
    'guesses no voxel size from %j',
    (lines) => {
      expect(parseImageJ(`ImageJ=1.54f\nimages=5\nslices=5\n${lines}`, PIXELS)?.layout.voxelSizeNm).toBeNull();
    },
  );

  it('is null for other descriptions', () => {
    expect(parseImageJ('Scanned page', PIXELS)).toBeNull();
  });
});

describe('parseOmeXml', () => {
  const xml = (attributes: string) =>
    `<?xml version="1.0"?><OME xmlns="x"><Image><Pixels ${attributes}/></Image></OME>`;

  it('orders axes and reads sizes with their units', () => {
    const parsed = parseOmeXml(
      xml(
        'DimensionOrder="XYCZT" SizeZ="5" SizeC="2" SizeT="1" PhysicalSizeX="4" PhysicalSizeXUnit="nm" ' +
          'PhysicalSizeY="0.004" PhysicalSizeZ="0.04" PhysicalSizeZUnit="&#xB5;m"',
      ),
    );
    expect(parsed).toEqual({
      order: [
        { axis: 't', length: 1 },
        { axis: 'z', length: 5 },
        { axis: 'c', length: 2 },
      ],
      voxelSizeNm: [40, 4, 4],
    });
  });

  it('guesses no size that is missing', () => {
    expect(
      parseOmeXml(xml('DimensionOrder="XYZCT" SizeZ="5" PhysicalSizeX="4" PhysicalSizeY="4"'))?.voxelSizeNm,
    ).toBeNull();
  });
});
