import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { boxOfShape } from '../../src-shared/domain/geometry.ts';
import type { Zyx } from '../../src-shared/domain/geometry.ts';
import { createHdf5Volume } from '../../src-main/engine/volumes/hdf5/index.ts';
import { openVolume } from '../../src-main/engine/volumes/openVolume.ts';

import { jsonHere } from '../helpers/fascicle.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { parsePly } from '../helpers/parsePly.ts';
import { readPrecomputed } from '../helpers/readPrecomputed.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const SHAPE: Zyx = [6, 8, 10];

const placeOf = async (spec: string): Promise<Zyx | undefined> => {
  const reader = await openVolume(spec, { role: 'labels' });
  await reader.close();
  return reader.info.startNm;
};

/*
 * Crops of a larger volume say where they lie: CREMI by `offset`, OME-Zarr by a translation, NRRD by its space origin. Labels that went
 * through a project lay at 0 afterwards, beside the image in any viewer.
 */
it('labels lie where their source lies, from format to format', async () => {
  const writer = await createHdf5Volume(at('crop.h5'), {
    ...{ dataset: 'labels', shape: SHAPE, type: 'uint32', voxelSizeNm: [40, 4, 4.5] },
    offsetNm: [400, 42, 45],
  });
  await writer.write(boxOfShape(SHAPE), new Uint32Array(480).fill(7));
  await writer.finish();

  const through = async (from: string, to: string, ...options: string[]) => {
    const project = at(`${to}.project`);
    await jsonHere('graph', at(from), '--project', project);
    await jsonHere('export', project, '--labels', at(to), ...options);
    return project;
  };
  await through('crop.h5:/labels', 'a.zarr');
  expect(await placeOf(at('a.zarr'))).toEqual([400, 42, 45]);
  await through('a.zarr', 'b.nrrd', '--roi', '1:6,0:8,2:10');
  expect(await placeOf(at('b.nrrd'))).toEqual([440, 42, 54]);
  await through('b.nrrd', 'c.h5', '--roi', '0:5,1:8,0:8');
  expect(await placeOf(at('c.h5'))).toEqual([440, 46, 54]);

  const project = await through('c.h5', 'd.precomputed');
  // Whole voxels: 46 nm are 11.5 of 4 nm.
  expect(readPrecomputed(at('d.precomputed'))).toMatchObject({ offset: [11, 12, 12] });
  await jsonHere('export', project, '--meshes', at('meshes'), '--mesh-level', '0');
  // The box of 5 x 7 x 8 voxels, whose corners are rounded, about its centre: x, y, z.
  const { positions } = parsePly(readFileSync(at('meshes/7.ply')));
  const middle = [54 + 4 * 4.5, 46 + 3.5 * 4, 440 + 2.5 * 40];
  for (const [axis, voxel] of [4.5, 4, 40].entries()) {
    const along = positions.map((position) => position[axis]!);
    expect(Math.abs((Math.min(...along) + Math.max(...along)) / 2 - middle[axis]!)).toBeLessThan(voxel / 2);
  }
});
