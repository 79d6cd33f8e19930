import { open } from 'node:fs/promises';

import { File } from 'h5wasm/node';

import { FascicleError, isFascicleError } from '#domain/errors.ts';

import { withFileErrors } from '../fileErrors.ts';
import { hdf5Library, libraryPath, takeDiagnosis, type Hdf5File } from './library.ts';

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/** True where the bytes at the start of a file are those of HDF5 (user blocks before the signature are not searched). */
export function isHdf5(head: Uint8Array): boolean {
  return SIGNATURE.equals(Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, SIGNATURE.length)));
}

/** Opens an existing file for reading. */
export async function openHdf5File(path: string): Promise<Hdf5File> {
  await withFileErrors(`Opening ${path}`, async () => {
    const handle = await open(path, 'r');
    try {
      const head = new Uint8Array(SIGNATURE.length);
      const { bytesRead } = await handle.read(head, 0, head.length, 0);
      if (bytesRead === 0) throw new FascicleError('bad-file', `${path} is empty. Copy it again from where it came.`);
      if (!isHdf5(head))
        throw new FascicleError('bad-file', `${path} is not an HDF5 file: it does not start with the HDF5 signature.`);
    } finally {
      await handle.close();
    }
  });
  await hdf5Library();
  takeDiagnosis();
  const file = new File(libraryPath(path), 'r');
  if (file.file_id < 0n)
    throw new FascicleError(
      'bad-file',
      `${path} cannot be opened as HDF5: ${takeDiagnosis()}. The file is damaged or incomplete, or another program is ` +
        `still writing it. Copy it again from where it came.`,
    );
  return file;
}

/** What the library throws while it reads the structure of a file, as an error for people. */
export function asHdf5Error(error: unknown, path: string): FascicleError {
  const diagnosis = takeDiagnosis();
  if (isFascicleError(error)) return error;
  return new FascicleError(
    'bad-file',
    `${path} cannot be read as HDF5: ${diagnosis}. The file is damaged; copy it again from where it came.`,
    { cause: error },
  );
}
