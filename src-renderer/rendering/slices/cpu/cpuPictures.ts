import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { PanelPicture } from '#renderer/rendering/slices/picture.ts';
import { fitTarget } from '#renderer/rendering/slices/pictureMaker.ts';
import type { PanelTarget, PictureMaker, PictureTables } from '#renderer/rendering/slices/pictureMaker.ts';

import { drawImages } from './drawImages.ts';
import { drawLabels } from './drawLabels.ts';
import { drawOutlines } from './drawOutlines.ts';
import { enlarge, halved } from './draft.ts';
import { createEdgeSums } from './edgeSums.ts';
import { fillSegments } from './fillSegments.ts';
import { createRasterPool, unmultiply } from './pixels.ts';

/**
 * Pictures made by the processor, straight from the voxels in memory: for browsers without a graphics card, where WebGL is absent or done
 * in software, several times as slowly.
 */
export function createCpuPictures(): PictureMaker<VoxelBlock> {
  const rasterOf = createRasterPool();
  const sumsOf = createEdgeSums();
  let tables: PictureTables | null = null;
  const images = new WeakMap<PanelTarget, ImageData>();
  /** The pixels of a panel, which keep their memory while its size is the same. */
  const pixelsOf = (target: PanelTarget, width: number, height: number): ImageData => {
    const known = images.get(target);
    if (known?.width === width && known.height === height) return known;
    const made = new ImageData(width, height);
    images.set(target, made);
    return made;
  };
  let draft = new Uint32Array(0);

  /** @param pixels receives the picture, packed and premultiplied */
  function paint(picture: PanelPicture<VoxelBlock>, { assignment, styles }: PictureTables, pixels: Uint32Array): void {
    const { width, height, pixelRatio, labels } = picture;
    const raster = rasterOf(width, height);
    drawImages(picture.images, raster);
    if (labels === null) return pixels.set(raster.image.subarray(0, width * height));
    const hasStyles = styles.count > 0;
    drawLabels(labels, { assignment, styles }, raster);
    fillSegments(raster, labels.overlay, pixels);
    const sums = sumsOf(raster, hasStyles, pixelRatio);
    drawOutlines(raster, { overlay: labels.overlay, sums, hasStyles, pixelRatio }, pixels);
  }

  return {
    isReady: true,
    // Kept in memory where it is written, not on a graphics card.
    targetSettings: { willReadFrequently: true },
    bytes: 0,
    isStarved: false,
    beginFrame: (next) => void (tables = next),
    texels: (_, block) => block,
    forget() {},
    present(picture, target) {
      const { width, height } = picture;
      if (tables === null || width < 1 || height < 1) return;
      const data = pixelsOf(target, width, height);
      const pixels = new Uint32Array(data.data.buffer);
      if (picture.isDraft) {
        const half = halved(picture);
        if (draft.length < half.width * half.height) draft = new Uint32Array(half.width * half.height);
        paint(half, tables, draft);
        enlarge(draft, half.width, pixels, width, height);
      } else paint(picture, tables, pixels);
      unmultiply(pixels);
      fitTarget(target, width, height);
      target.putImageData(data, 0, 0);
    },
    simulateLoss: () => ({ restore() {} }),
    dispose() {},
  };
}
