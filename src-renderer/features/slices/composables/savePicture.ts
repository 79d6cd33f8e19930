import type { Plane } from '#contract/values.ts';
import { scaleBar } from '#renderer/format/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { pictureName } from '../model/pictureName.ts';
import { useSlicesStore } from '../store.ts';

import { slicePicture } from './slicePicture.ts';

/** Saves a panel's slice as a PNG file where the browser puts downloads. */
export async function savePicture(plane: Plane): Promise<void> {
  const slices = useSlicesStore();
  const [panel, viewport] = [slices.panels[plane], slices.viewports[plane]];
  if (panel === null || viewport === null) return;
  const name = pictureName(useProjectStore().info!.name, viewport.frame, useViewStore().position);
  const style = getComputedStyle(document.documentElement);
  const file = await slicePicture(
    await panel.picture(),
    scaleBar(viewport.nmPerPixel, viewport.width),
    viewport.pixelRatio,
    {
      scrim: style.getPropertyValue('--scrim'),
      text: style.getPropertyValue('--on-image'),
      fontFamily: getComputedStyle(document.body).fontFamily,
    },
  );
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The download has its own hold on the file by then.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
