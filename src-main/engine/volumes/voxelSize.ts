import { readFile } from 'node:fs/promises';
import { format, parse } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';

const NM_PER_UNIT: Readonly<Record<string, number>> = {
  pm: 1e-3,
  picometer: 1e-3,
  angstrom: 0.1,
  å: 0.1,
  nm: 1,
  nanometer: 1,
  nanometers: 1,
  nanometre: 1,
  um: 1e3,
  µm: 1e3,
  μm: 1e3,
  micron: 1e3,
  microns: 1e3,
  micrometer: 1e3,
  micrometers: 1e3,
  micrometre: 1e3,
  mm: 1e6,
  millimeter: 1e6,
  millimetre: 1e6,
  cm: 1e7,
  centimeter: 1e7,
  inch: 2.54e7,
  m: 1e9,
  meter: 1e9,
  metre: 1e9,
};

/** Nanometres in one `unit` ('um', 'micrometer', 'nm', ...); null for a unit that is no length or not known. */
export function nanometresPer(unit: string): number | null {
  // ImageJ writes the micro sign as an escape.
  const name = unit.trim().replace('\\u00B5', 'µ').toLowerCase();
  return NM_PER_UNIT[name] ?? null;
}

/** The voxel size where all three numbers are finite and above zero, else null. */
export function validVoxelSize(values: readonly number[] | null | undefined): VoxelSizeNm | null {
  if (values?.length !== 3 || !values.every((value) => Number.isFinite(value) && value > 0)) return null;
  // Units are decimal: 0.004 um is 4 nm, not 4.000000000000001.
  const [z, y, x] = values.map((value) => Number(value.toPrecision(12)));
  return [z!, y!, x!];
}

/**
 * The voxel size that a JSON file of the same name beside a volume states as `voxel_size_nm_zyx`; null where there is
 * no such file or entry.
 */
export async function sidecarVoxelSize(path: string): Promise<VoxelSizeNm | null> {
  const { dir, name } = parse(path);
  const sidecar = format({ dir, name, ext: '.json' });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(sidecar, 'utf8'));
  } catch {
    // Absent, or a JSON file of something else: it says nothing about this volume.
    return null;
  }
  if (typeof content !== 'object' || content === null || !('voxel_size_nm_zyx' in content)) return null;
  const stated = content.voxel_size_nm_zyx;
  const size = Array.isArray(stated) ? validVoxelSize(stated.map(Number)) : null;
  if (size === null)
    throw new FascicleError(
      'bad-file',
      `${sidecar}: voxel_size_nm_zyx is ${JSON.stringify(stated)}; three positive numbers (z, y, x in nanometres) are ` +
        `needed. Correct the file or remove the entry.`,
    );
  return size;
}
