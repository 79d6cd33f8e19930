import { promisify } from 'node:util';
import { constants, gunzip, inflate, zstdCompress, zstdDecompress, type ZlibOptions } from 'node:zlib';

import { registry } from 'zarrita';

import { crc32c } from './crc32c.ts';

type Inflate = (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

/** What zarrita tells a codec about the chunks it decodes. */
interface ChunkMetadata {
  readonly shape: readonly number[];
}

/** Room for the widest voxel type. */
const MAX_BYTES_PER_VOXEL = 8;
/** Room for checksums and headers of other codecs around the voxels of a chunk. */
const SLACK_BYTES = 4096;

/**
 * A decoder on Node's zlib: it runs in the pool of background threads, several chunks at a time, where zarrita's own
 * run on the thread of the caller. A chunk that grows beyond its shape is refused before it fills the memory.
 */
function nodeDecoder(decompress: Inflate) {
  return {
    fromConfig: (_configuration: unknown, { shape }: ChunkMetadata) => {
      const voxels = shape.reduce((product, extent) => product * extent, 1);
      const maxOutputLength = voxels * MAX_BYTES_PER_VOXEL + SLACK_BYTES;
      // One output buffer of the whole chunk spares a round trip to the pool for every 16 KiB.
      const chunkSize = Math.min(maxOutputLength, Math.max(voxels + SLACK_BYTES, 64 * 1024));
      return {
        kind: 'bytes_to_bytes' as const,
        encode: refuseToEncode,
        decode: async (bytes: Uint8Array): Promise<Uint8Array> => decompress(bytes, { maxOutputLength, chunkSize }),
      };
    },
  };
}

/** The checksum of Zarr v3, verified; zarrita's own only cuts it off. */
const crc32cCodec = {
  fromConfig: () => ({
    kind: 'bytes_to_bytes' as const,
    encode: refuseToEncode,
    decode: async (bytes: Uint8Array): Promise<Uint8Array> => {
      const end = bytes.byteLength - 4;
      const content = bytes.subarray(0, end);
      const stored = new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true);
      if (crc32c(content) !== stored) throw new Error('the CRC-32C checksum does not match the content');
      return content;
    },
    computeEncodedSize: (size: number) => size + 4,
  }),
};

type Entry = Parameters<typeof registry.set>[1];
type Codec = { decode(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array };
type CodecClass = { fromConfig(configuration: unknown, metadata: ChunkMetadata): Codec };

/** Bytes of the header of a Blosc buffer; its length, header included, stands at 12 (C-Blosc 1, README_HEADER). */
const BLOSC_HEADER_BYTES = 16;
const BLOSC_LENGTH_AT = 12;

/** zarrita's Blosc decoder behind a check of its length: the decoder itself reads on behind the end of a cut buffer. */
function checkedBlosc(load: Entry): Entry {
  const checked = async (): Promise<CodecClass> => {
    const blosc = (await load()) as unknown as CodecClass;
    return {
      fromConfig: (configuration, metadata) => {
        const codec = blosc.fromConfig(configuration, metadata);
        return {
          kind: 'bytes_to_bytes',
          encode: refuseToEncode,
          decode: async (bytes: Uint8Array) => {
            const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
            if (bytes.byteLength < BLOSC_HEADER_BYTES || view.getUint32(BLOSC_LENGTH_AT, true) !== bytes.byteLength)
              throw new Error('the Blosc data are cut off');
            return codec.decode(bytes);
          },
        };
      },
    };
  };
  return checked as unknown as Entry;
}

const refuseToEncode = (): Promise<never> =>
  Promise.reject(new Error('This codec only decodes; volumes are written by omeZarrStore.ts.'));

/** Puts the decoders of this folder in the place of zarrita's. */
export function registerCodecs(): void {
  const decoders = {
    zstd: nodeDecoder(promisify(zstdDecompress) as Inflate),
    gzip: nodeDecoder(promisify(gunzip) as Inflate),
    zlib: nodeDecoder(promisify(inflate) as Inflate),
  };
  for (const [name, decoder] of Object.entries(decoders)) {
    registry.set(name, (() => decoder) as unknown as Entry);
    registry.set(`numcodecs.${name}`, (() => decoder) as unknown as Entry);
  }
  const blosc = registry.get('blosc');
  if (blosc !== undefined) for (const name of ['blosc', 'numcodecs.blosc']) registry.set(name, checkedBlosc(blosc));
  registry.set('crc32c', (() => crc32cCodec) as unknown as Entry);
  registry.set('numcodecs.crc32c', (() => crc32cCodec) as unknown as Entry);
}

const compress = promisify(zstdCompress);

/** Packs bytes with zstd in the pool of background threads, with a content checksum that finds damage on reading. */
export async function packZstd(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
  return compress(bytes, { params, chunkSize: bytes.byteLength + SLACK_BYTES });
}

const decompress = promisify(zstdDecompress) as (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

/**
 * Unpacks what `packZstd` made, in the pool of background threads.
 *
 * @param length of the content where it is undamaged; more is refused
 */
export async function unpackZstd(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  // One output buffer with a little room left: the decoder then needs no second round to see that it has ended.
  return decompress(bytes, { maxOutputLength: length + SLACK_BYTES, chunkSize: length + 64 });
}
