import { Module, ready, type Dataset, type File, type Group } from 'h5wasm/node';

/** The parts of the compiled HDF5 library that this folder calls directly. */
export interface Hdf5Library {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  get_dataset_data(file: bigint, path: string, count: bigint[], start: bigint[], stride: bigint[], to: bigint): number;
  set_dataset_data(
    file: bigint,
    path: string,
    count: bigint[],
    start: bigint[],
    stride: bigint[],
    from: bigint,
  ): number;
  readonly FS: { readonly streams: { stream_ops?: object; node?: object }[] };
}

export type Hdf5File = File;
export type Hdf5Group = Group;
export type Hdf5Dataset = Dataset;

/** File mode of a terminal-like device. */
const CHARACTER_DEVICE = 0o020_666;

/** What the library printed about its last failure; it reports by status codes and prints the reason. */
let diagnostics = '';

/**
 * The HDF5 library, loaded once per process. It is synchronous; callers split long work and yield between the parts.
 */
export async function hdf5Library(): Promise<Hdf5Library> {
  await ready;
  const library = Module as unknown as Hdf5Library;
  const standardError = library.FS.streams[2]!;
  // A stream with operations of its own does not reach the terminal: failures are reported as errors, once.
  standardError.node ??= { mode: CHARACTER_DEVICE };
  standardError.stream_ops ??= {
    write: (_stream: unknown, heap: Uint8Array, offset: number, length: number): number => {
      const text = Buffer.from(heap.buffer, heap.byteOffset + offset, length).toString('latin1');
      diagnostics = (diagnostics + text).slice(-20_000);
      return length;
    },
  };
  return library;
}

/** The library's own reason for its last failure (the system's message, or the innermost call), and forgets it. */
export function takeDiagnosis(): string {
  const system = /error message = '([^']+)'/.exec(diagnostics)?.[1];
  const innermost = [...diagnostics.matchAll(/ in \w+\(\): (.+)/g)].at(-1)?.[1];
  diagnostics = '';
  return system ?? innermost ?? 'the HDF5 library gave no reason';
}

/** The path as the library wants it, on every system. */
export function libraryPath(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}
