import { formatBytes } from '#renderer/format/index.ts';

/** The names that people have for formats, by those of the engine. */
const FORMAT_NAMES: Readonly<Record<string, string>> = {
  hdf5: 'HDF5',
  'ome-zarr': 'OME-Zarr',
  zarr2: 'Zarr v2',
  zarr3: 'Zarr v3',
  tiff: 'TIFF',
  slices: 'folder of slices',
  nrrd: 'NRRD',
};

/** A file in one line: name, format and size. The size of a folder is not known: it would take a walk through all of its chunks. */
export function lineOfFile({ name, format, sizeBytes }: { name: string; format: string; sizeBytes: number }): string {
  return [name, FORMAT_NAMES[format] ?? format, ...(sizeBytes > 0 ? [formatBytes(sizeBytes)] : [])].join(', ');
}
