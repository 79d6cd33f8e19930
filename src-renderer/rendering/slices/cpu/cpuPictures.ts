import type { VoxelBlock } from '#contract/voxelBlock.ts';
import { fitTarget } from '#renderer/rendering/slices/pictureMaker.ts';
import type { PanelTarget, PictureMaker, PictureTables } from '#renderer/rendering/slices/pictureMaker.ts';

import { drawImages } from './drawImages.ts';
import { drawLabels } from './drawLabels.ts';
import { drawOutlines } from './drawOutlines.ts';
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
      const { width, height, pixelRatio, labels } = picture;
      if (tables === null || width < 1 || height < 1) return;
      const raster = rasterOf(width, height);
      const data = pixelsOf(target, width, height);
      const pixels = new Uint32Array(data.data.buffer);
      drawImages(picture.images, raster);
      if (labels === null) pixels.set(raster.image.subarray(0, pixels.length));
      else {
        const hasStyles = tables.styles.count > 0;
        drawLabels(labels, tables, raster);
        fillSegments(raster, labels.overlay, pixels);
        const sums = sumsOf(raster, hasStyles, pixelRatio);
        drawOutlines(raster, { overlay: labels.overlay, sums, hasStyles, pixelRatio }, pixels);
      }
      unmultiply(pixels);
      fitTarget(target, width, height);
      target.putImageData(data, 0, 0);
    },
    simulateLoss: () => ({ restore() {} }),
    dispose() {},
  };
}
