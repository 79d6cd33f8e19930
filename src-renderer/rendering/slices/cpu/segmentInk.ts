import { mix32, SALT_FACTOR, SEGMENT_PALETTE } from '#domain/segmentColour.ts';
import type { Rgb } from '#domain/segmentColour.ts';
import { STYLE } from '#renderer/rendering/slices/styleTable.ts';

/** The colours of segments as pictures use them, by id and style. */
export function createSegmentInk(salt: number): (id: number, style: number) => Rgb {
  const saltBits = Math.imul(salt, SALT_FACTOR);
  return (id, style) =>
    (style & (STYLE.pinned | STYLE.side)) === 0
      ? SEGMENT_PALETTE[mix32(id ^ saltBits) % SEGMENT_PALETTE.length]
      : [(style >>> 8) & 255, (style >>> 16) & 255, style >>> 24];
}
