import type { ScaleBar } from '#renderer/format/index.ts';

/** As the scale bar of the views, in CSS pixels (ui/UiScaleBar.vue). */
const LAYOUT = { margin: 8, padX: 8, padY: 4, text: 11, line: 16, bar: 5, stroke: 1.5, radius: 3 } as const;

/** How the bar is drawn, as CSS says it. */
export interface PictureInk {
  readonly scrim: string;
  readonly text: string;
  readonly fontFamily: string;
}

/**
 * A slice as a PNG file, with its scale bar burnt in, at the resolution of the device; transparent off the volume.
 *
 * @param picture of the panel, device pixels; it is closed
 */
export function slicePicture(
  picture: ImageBitmap,
  bar: ScaleBar,
  pixelRatio: number,
  { scrim, text, fontFamily }: PictureInk,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(picture, 0, 0);
  picture.close();

  context.scale(pixelRatio, pixelRatio);
  context.font = `500 ${LAYOUT.text}px ${fontFamily}`;
  const width = Math.max(bar.widthPx, context.measureText(bar.label).width) + 2 * LAYOUT.padX;
  const height = LAYOUT.line + LAYOUT.bar + 2 * LAYOUT.padY;
  context.translate(LAYOUT.margin, canvas.height / pixelRatio - LAYOUT.margin - height);
  context.fillStyle = scrim;
  context.beginPath();
  context.roundRect(0, 0, width, height, LAYOUT.radius);
  context.fill();

  context.fillStyle = context.strokeStyle = text;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(bar.label, width / 2, LAYOUT.padY + LAYOUT.line / 2);
  const left = (width - bar.widthPx) / 2 + LAYOUT.stroke / 2;
  const bottom = height - LAYOUT.padY - LAYOUT.stroke / 2;
  context.lineWidth = LAYOUT.stroke;
  context.beginPath();
  context.moveTo(left, bottom - LAYOUT.bar + LAYOUT.stroke / 2);
  context.lineTo(left, bottom);
  context.lineTo(left + bar.widthPx - LAYOUT.stroke, bottom);
  context.lineTo(left + bar.widthPx - LAYOUT.stroke, bottom - LAYOUT.bar + LAYOUT.stroke / 2);
  context.stroke();
  return canvas.convertToBlob({ type: 'image/png' });
}
