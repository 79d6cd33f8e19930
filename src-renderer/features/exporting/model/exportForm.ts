import type { ExportRequest, LabelFormat } from '#contract/routes/exports.ts';
import { joinPath } from '#renderer/features/files/index.ts';

/** What a person decides about an export. */
export interface ExportForm {
  readonly directory: string;
  readonly name: string;
  readonly labels: boolean;
  readonly format: LabelFormat;
  readonly type: 'uint32' | 'uint64';
  readonly ids: 'dense' | 'original';
  readonly ignoreUnreviewed: boolean;
  /** Decimal digits; what stands for voxels of segments that nobody has marked done. */
  readonly ignoreId: string;
  readonly withRaw: boolean;
  readonly withMeshes: boolean;
  readonly meshes: 'none' | 'selected' | 'all';
  readonly meshFormat: 'ply' | 'obj';
  readonly tables: boolean;
  readonly manifest: boolean;
  readonly overwrite: boolean;
}

export const FORMATS: readonly { readonly value: LabelFormat; readonly label: string; readonly ending: string }[] = [
  { value: 'hdf5', label: 'HDF5', ending: '.h5' },
  { value: 'cremi', label: 'HDF5, CREMI layout', ending: '.hdf' },
  { value: 'ome-zarr', label: 'OME-Zarr', ending: '.zarr' },
  { value: 'tiff', label: 'TIFF stack', ending: '.tif' },
  { value: 'nrrd', label: 'NRRD', ending: '.nrrd' },
  { value: 'precomputed', label: 'Neuroglancer precomputed', ending: '.precomputed' },
];

export function defaultForm(directory: string, name: string): ExportForm {
  return {
    directory,
    name,
    labels: true,
    format: 'hdf5',
    type: 'uint32',
    ids: 'dense',
    ignoreUnreviewed: false,
    ignoreId: '4294967295',
    withRaw: false,
    withMeshes: false,
    meshes: 'none',
    meshFormat: 'ply',
    tables: false,
    manifest: true,
    overwrite: false,
  };
}

/** Why a form cannot be exported as it stands; null where it can. */
export function problemOf(form: ExportForm, selected: readonly number[]): string | null {
  if (form.directory === '') return 'Choose a folder.';
  if (form.name.trim() === '' || /[\\/]/.test(form.name)) return 'Give the files a name without slashes.';
  if (!form.labels && form.meshes === 'none' && !form.tables) return 'Choose what to write: labels, meshes or tables.';
  if (form.meshes === 'selected' && selected.length === 0) return 'Select the segments whose meshes you want.';
  if (form.labels && form.ignoreUnreviewed && !/^\d{1,20}$/.test(form.ignoreId))
    return 'The ignore label is a whole number.';
  return null;
}

/** The request that a form means. */
export function requestOf(form: ExportForm, selected: readonly number[]): ExportRequest {
  const at = (ending: string) => joinPath(form.directory, `${form.name}${ending}`);
  const ending = FORMATS.find(({ value }) => value === form.format)!.ending;
  return {
    region: null,
    labels: form.labels
      ? {
          path: at(`-labels${ending}`),
          format: form.format,
          type: form.type,
          ids: form.ids,
          ignoreId: form.ignoreUnreviewed ? form.ignoreId : null,
          withRaw: form.withRaw && form.format === 'cremi',
          withMeshes: form.withMeshes && form.format === 'precomputed',
        }
      : null,
    meshes:
      form.meshes === 'none'
        ? null
        : {
            directory: at('-meshes'),
            format: form.meshFormat,
            segments: form.meshes === 'selected' ? [...selected] : null,
          },
    meshLevel: null,
    tables: form.tables ? at('-tables') : null,
    manifest: form.manifest ? at('-manifest.json') : null,
    overwrite: form.overwrite,
  };
}
