import type { VoxelBlock } from '#contract/voxelBlock.ts';
import { createByteLru } from '#renderer/rendering/slices/tiles/byteLru.ts';

import { emptyTexture } from './lookupTextures.ts';

/** The textures of tiles, up to a budget of bytes. */
export interface TileTextures {
  /** The texture of a tile, which counts as used; undefined where it was not uploaded or has made room. */
  get(key: string): WebGLTexture | undefined;
  has(key: string): boolean;
  upload(key: string, block: VoxelBlock): WebGLTexture;
  delete(key: string): void;
  keys(): string[];
  clear(): void;
  readonly bytes: number;
}

/** An empty store of textures; it goes with the context. */
export function createTileTextures(gl: WebGL2RenderingContext, budgetBytes: number): TileTextures {
  const textures = createByteLru<WebGLTexture>(budgetBytes, (texture) => gl.deleteTexture(texture));
  const formats = {
    uint8: [gl.R8UI, gl.RED_INTEGER, gl.UNSIGNED_BYTE],
    uint16: [gl.R16UI, gl.RED_INTEGER, gl.UNSIGNED_SHORT],
    uint32: [gl.R32UI, gl.RED_INTEGER, gl.UNSIGNED_INT],
    float32: [gl.R32F, gl.RED, gl.FLOAT],
  } as const;
  return {
    get: (key) => textures.get(key),
    has: (key) => textures.has(key),
    upload(key, { type, rows, columns, voxels }) {
      const [internal, format, component] = formats[type];
      const texture = emptyTexture(gl, internal, columns, rows);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, columns, rows, format, component, voxels);
      textures.set(key, texture, voxels.byteLength);
      return texture;
    },
    delete: (key) => textures.delete(key),
    keys: () => textures.keys(),
    clear: () => textures.clear(),
    get bytes() {
      return textures.bytes;
    },
  };
}
