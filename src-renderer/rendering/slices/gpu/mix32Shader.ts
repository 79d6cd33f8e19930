/** The hash of #domain/segmentColour.ts (`mix32`) in GLSL: the same bits, since both wrap at 32. */
export const MIX32 = `
uint mix32(uint x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}`;
