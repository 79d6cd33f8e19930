import { isFascicleError } from '#domain/errors.ts';

import { voxelSizeFromAttributes } from '../attributes.ts';
import { canBeVolume, chooseDataset } from '../chooseDataset.ts';
import { describeChoice, type DatasetDescription, type VolumeDescription } from '../describe.ts';
import type { VolumeRole } from '../volume.ts';
import { listDatasets, planDataset, type Hdf5Entry } from './catalogue.ts';
import { asHdf5Error, openHdf5File } from './file.ts';

/** Lists the datasets of an HDF5 file and which of them opens by default. */
export async function describeHdf5(path: string, role: VolumeRole): Promise<VolumeDescription> {
  const file = await openHdf5File(path);
  try {
    const entries = listDatasets(file);
    const choice = describeChoice(() => chooseDataset(entries, role, path).dataset);
    return { path, format: 'hdf5', datasets: entries.map(describeEntry), ...choice };
  } catch (error) {
    throw asHdf5Error(error, path);
  } finally {
    file.close();
  }
}

function describeEntry(entry: Hdf5Entry): DatasetDescription {
  const { dataset: name, storedShape, storedChunks, filters } = entry;
  const unread = {
    name,
    type: entry.type ?? entry.storedType,
    shape: null,
    channels: null,
    axes: entry.axes,
    voxelSizeNm: null,
  };
  if (!canBeVolume(entry)) return { ...unread, storedShape, storedChunks, filters };
  try {
    const plan = planDataset(entry, null, name);
    const { shape, channels, axes } = plan;
    const voxelSizeNm = voxelSizeFromAttributes(entry.attributes, plan);
    return { name, type: entry.type!, shape, channels, axes, voxelSizeNm, storedShape, storedChunks, filters };
  } catch (error) {
    // The axes are not clear: the dataset is listed, and the error comes when it is opened.
    if (!isFascicleError(error)) throw error;
    return { ...unread, storedShape, storedChunks, filters };
  }
}
