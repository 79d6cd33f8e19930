import type { PanelPicture, PlacedTile } from '#renderer/rendering/slices/picture.ts';

/** The picture with half of the pixels along each axis, rounded up. */
export function halved<Texels>(picture: PanelPicture<Texels>): PanelPicture<Texels> {
  const halve = (tiles: readonly PlacedTile<Texels>[]): PlacedTile<Texels>[] =>
    tiles.map((tile) => {
      const [left, top, right, bottom] = tile.rect;
      return { ...tile, rect: [left / 2, top / 2, right / 2, bottom / 2] };
    });
  return {
    ...picture,
    width: Math.ceil(picture.width / 2),
    height: Math.ceil(picture.height / 2),
    pixelRatio: picture.pixelRatio / 2,
    images: picture.images.map((image) => ({ ...image, tiles: halve(image.tiles) })),
    labels: picture.labels && { ...picture.labels, tiles: halve(picture.labels.tiles) },
  };
}

/** Draws a halved picture in full size: each pixel becomes four. */
export function enlarge(
  half: Uint32Array,
  halfWidth: number,
  picture: Uint32Array,
  width: number,
  height: number,
): void {
  for (let y = 0; y < height; y++) {
    const from = (y >> 1) * halfWidth;
    const to = y * width;
    if ((y & 1) === 1) picture.copyWithin(to, to - width, to);
    else for (let x = 0; x < width; x++) picture[to + x] = half[from + (x >> 1)];
  }
}
