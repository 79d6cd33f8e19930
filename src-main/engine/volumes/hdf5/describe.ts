import { isFascicleError } from '#domain/errors.ts';

import type { DatasetDescription, VolumeDescription } from '../describe.ts';
import type { VolumeRole } from '../volume.ts';
import { isVolumeEntry, listDatasets, planDataset, voxelSizeOf, type Hdf5Entry } from './catalogue.ts';
import { chooseDataset } from './chooseDataset.ts';
import { openHdf5File } from './file.ts';

/** Lists the datasets of an HDF5 file and which of them opens by default. */
export async function describeHdf5(path: string, role: VolumeRole): Promise<VolumeDescription> {
  const file = await openHdf5File(path);
  try {
    const entries = listDatasets(file);
    const { chosen, problem } = choose(entries, role, path);
    return { path, format: 'hdf5', datasets: entries.map(describeEntry), opens: chosen, problem };
  } finally {
    file.close();
  }
}

function choose(entries: readonly Hdf5Entry[], role: VolumeRole, path: string): { chosen: string | null; problem: string | null } {
  try {
    return { chosen: chooseDataset(entries, role, path).dataset, problem: null };
  } catch (error) {
    if (!isFascicleError(error)) throw error;
    return { chosen: null, problem: error.message };
  }
}

function describeEntry(entry: Hdf5Entry): DatasetDescription {
  const stored = { name: entry.dataset, storedShape: entry.storedShape, storedChunks: entry.storedChunks, filters: entry.filters };
  if (!isVolumeEntry(entry))
    return { ...stored, type: entry.storedType, shape: null, channels: null, axes: entry.axes, voxelSizeNm: null };
  try {
    const plan = planDataset(entry, null, entry.dataset);
    return {
      ...stored,
      type: entry.type!,
      shape: plan.shape,
      channels: plan.channels,
      axes: plan.axes,
      voxelSizeNm: voxelSizeOf(entry, plan),
    };
  } catch (error) {
    // The axes are not clear: the dataset is listed, and the error comes when it is opened.
    if (!isFascicleError(error)) throw error;
    return { ...stored, type: entry.type!, shape: null, channels: null, axes: entry.axes, voxelSizeNm: null };
  }
}
