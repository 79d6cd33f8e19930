import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';

import { spatialZyx, type AxisPlan } from './axes.ts';
import { nanometresPer, validVoxelSize } from './voxelSize.ts';

/** Attributes of a dataset or array, as HDF5 and Zarr hold them. */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * The voxel size that attributes state: `resolution` (CREMI: nanometres unless `resolution_unit` says otherwise),
 * `voxel_size` with `units`, or `element_size_um`. Numbers are in the order of the stored axes. Null where none does.
 */
export function voxelSizeFromAttributes(attributes: Attributes, plan: AxisPlan): VoxelSizeNm | null {
  const stated: readonly [unknown, unknown][] = [
    [attributes['resolution'], attributes['resolution_unit'] ?? 'nm'],
    [attributes['voxel_size'], attributes['units'] ?? attributes['voxel_size_unit'] ?? 'nm'],
    [attributes['element_size_um'], 'um'],
  ];
  for (const [value, unit] of stated) {
    const numbers = numbersOf(value);
    const scale = nanometresPer(String(Array.isArray(unit) ? unit.at(-1) : unit));
    if (numbers === null || scale === null) continue;
    const size = validVoxelSize(
      spatialZyx(
        plan,
        numbers.map((number) => number * scale),
        Number.NaN,
      ),
    );
    if (size !== null) return size;
  }
  return null;
}

/**
 * Where voxel 0 lies by the attribute `offset`, which CREMI and funlib state in the unit of the voxel size, in the order of the stored
 * axes. Null where it is absent.
 */
export function startFromAttributes(attributes: Attributes, plan: AxisPlan): Zyx | null {
  const numbers = numbersOf(attributes['offset']);
  const unit = attributes['resolution_unit'] ?? attributes['units'] ?? attributes['voxel_size_unit'] ?? 'nm';
  const scale = nanometresPer(String(Array.isArray(unit) ? unit.at(-1) : unit));
  if (numbers === null || scale === null || !numbers.every(Number.isFinite)) return null;
  return spatialZyx(
    plan,
    numbers.map((number) => number * scale),
    0,
  );
}

/** The part of a volume's facts that says where it begins; nothing where that is not known. */
export function stated(startNm: Zyx | null): { readonly startNm?: Zyx } {
  return startNm === null ? {} : { startNm };
}

/** The axes that attributes state: 'zyx', ['z', 'y', 'x'] or HDF5 dimension labels; null where they state none. */
export function axesFromAttributes(attributes: Attributes): string | null {
  for (const name of ['axes', 'axis_names', '_ARRAY_DIMENSIONS', 'DIMENSION_LABELS']) {
    const value = attributes[name];
    const text = Array.isArray(value) ? axisLetters(value) : value;
    if (typeof text === 'string' && /^[a-z]{2,5}$/i.test(text)) return text.toLowerCase();
  }
  return null;
}

/** One letter per axis name: 'z', 'Z', 'z^', 'channel' and the like; null where a name is not known. */
export function axisLetters(names: readonly unknown[]): string | null {
  const letters = names.map((name) => {
    // funlib marks channel axes with a caret.
    const text = String(name).toLowerCase().replace(/\^$/, '');
    if (text === 'channel' || text === 'channels') return 'c';
    if (text === 'time') return 't';
    return text;
  });
  return letters.every((letter) => /^[a-z]$/.test(letter)) ? letters.join('') : null;
}

/** A number or a list of numbers, of any kind of array, as a list; null for anything else. */
export function numbersOf(value: unknown): number[] | null {
  if (typeof value === 'number' || typeof value === 'bigint') return [Number(value)];
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return null;
  const list = Array.from(value as unknown as ArrayLike<unknown>);
  return list.length > 0 && list.every((item) => typeof item === 'number' || typeof item === 'bigint')
    ? list.map(Number)
    : null;
}
