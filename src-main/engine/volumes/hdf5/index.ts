/** HDF5 volumes: the door of this folder. */
export { describeHdf5 } from './describe.ts';
export { HDF5_HEAD_BYTES, isHdf5 } from './file.ts';
export { openHdf5 } from './reader.ts';
export { createHdf5File, createHdf5Volume } from './writer.ts';
export type { Hdf5DatasetSpec, Hdf5DatasetWriter, Hdf5FileWriter } from './writer.ts';
