/** How segments lie on the image, by their state: shares of the ink, 0..1. Widths are in the shader, in CSS pixels. */
export const OVERLAY_LOOK = {
  /** Added to the fill of unselected segments. */
  selectedExtra: 0.13,
  hoverExtra: 0.07,
  outline: 0.8,
  casing: 0.6,
  supervoxelBorder: 0.38,
  /** While an edit is prepared: the two sides, and everything else. */
  sideFill: 0.38,
  dimmedImage: 0.62,
  otherOutline: 0.2,
} as const;
