/** Red, green, blue and alpha of a pixel in one number, as ImageData has them in memory on a little-endian machine. */
export function packRgba(red: number, green: number, blue: number, alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** What a panel is drawn in before its picture is put on the canvas: row by row from the upper left, device pixels. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Packed, premultiplied. */
  readonly image: Uint32Array;
  /** Of each pixel; 0 for none, and for what is hidden. */
  readonly segments: Uint32Array;
  /** Bits of styleTable.ts. */
  readonly styles: Uint32Array;
  readonly supervoxels: Uint32Array;
  /** 1 where a tile of the layer that is being drawn has been; later tiles of it only fill holes. */
  readonly covered: Uint8Array;
}

/** Rasters of any size in memory that is made once and grows. */
export function createRasterPool(): (width: number, height: number) => Raster {
  let capacity = 0;
  let arrays: Omit<Raster, 'width' | 'height'>;
  return (width, height) => {
    const count = width * height;
    if (count > capacity || arrays === undefined) {
      capacity = count;
      const words = () => new Uint32Array(count);
      arrays = {
        image: words(),
        segments: words(),
        styles: words(),
        supervoxels: words(),
        covered: new Uint8Array(count),
      };
    }
    return { width, height, ...arrays };
  };
}

/** Turns premultiplied pixels into those of ImageData, in place. Most are opaque or empty, and the same in both. */
export function unmultiply(picture: Uint32Array): void {
  for (let i = 0; i < picture.length; i++) {
    const alpha = picture[i] >>> 24;
    if (alpha !== 255 && alpha !== 0) picture[i] = unmultiplied(picture[i], alpha);
  }
}

function unmultiplied(pixel: number, alpha: number): number {
  const part = (shift: number): number => Math.min(255, Math.round((((pixel >>> shift) & 255) * 255) / alpha));
  return packRgba(part(0), part(8), part(16), alpha);
}
