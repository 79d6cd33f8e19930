import { File } from 'h5wasm/node';

import { FascicleError, isFascicleError } from '#domain/errors.ts';

import { withFileErrors } from '../fileErrors.ts';
import { readHead } from '../readHead.ts';
import { hdf5Library, libraryPath, takeDiagnosis, type Hdf5File } from './library.ts';

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Where the signature may stand: at the start, or after a user block, which has 512 bytes in the files of MATLAB. */
const SIGNATURE_OFFSETS = [0, 512, 1024, 2048];
/** Bytes of a file within which its signature is looked for. */
export const HDF5_HEAD_BYTES = 2048 + SIGNATURE.length;

/** True where the bytes at the start of a file are those of HDF5. */
export function isHdf5(head: Uint8Array): boolean {
  return SIGNATURE_OFFSETS.some((offset) => SIGNATURE.equals(head.subarray(offset, offset + SIGNATURE.length)));
}

/** Opens an existing file for reading. */
export async function openHdf5File(path: string): Promise<Hdf5File> {
  const head = await withFileErrors(`Opening ${path}`, () => readHead(path, HDF5_HEAD_BYTES));
  if (head.byteLength === 0) throw new FascicleError('bad-file', `${path} is empty. Copy it again from where it came.`);
  if (!isHdf5(head))
    throw new FascicleError('bad-file', `${path} is not an HDF5 file: it does not start with the HDF5 signature.`);
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
