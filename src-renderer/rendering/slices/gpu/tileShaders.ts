import { MIX32 } from './mix32Shader.ts';

/** A tile as a rectangle of the panel, in device pixels with y down; `texel` runs over its texels. */
export const TILE_VERTEX = `#version 300 es
uniform vec4 rect;
uniform vec2 panel;
uniform vec2 texels;
uniform float depth;
out highp vec2 texel;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  texel = corner * texels;
  vec2 place = mix(rect.xy, rect.zw, corner) / panel;
  gl_Position = vec4(2.0 * place.x - 1.0, 1.0 - 2.0 * place.y, depth, 1.0);
}`;

/**
 * One or three channels of an image as grey or red, green, blue. Integer textures cannot be filtered by the hardware, and 16-bit
 * normalised ones are an extension, so the four texels are weighed here, in units of the voxels.
 */
export function imageFragment(sampler: 'usampler2D' | 'sampler2D'): string {
  return `#version 300 es
precision highp float;
precision highp int;
uniform highp ${sampler} channel0;
uniform highp ${sampler} channel1;
uniform highp ${sampler} channel2;
uniform bool isColour;
uniform bool isSmooth;
uniform vec2 limits;
uniform float opacity;
in highp vec2 texel;
out vec4 colour;

float at(highp ${sampler} channel, ivec2 place) {
  return float(texelFetch(channel, clamp(place, ivec2(0), textureSize(channel, 0) - 1), 0).r);
}

float brightness(highp ${sampler} channel) {
  float value;
  if (isSmooth) {
    vec2 place = texel - 0.5;
    ivec2 first = ivec2(floor(place));
    vec2 part = fract(place);
    value = mix(
      mix(at(channel, first), at(channel, first + ivec2(1, 0)), part.x),
      mix(at(channel, first + ivec2(0, 1)), at(channel, first + ivec2(1, 1)), part.x),
      part.y);
  } else {
    value = at(channel, ivec2(floor(texel)));
  }
  return clamp((value - limits.x) / max(limits.y - limits.x, 1e-6), 0.0, 1.0);
}

void main() {
  float first = brightness(channel0);
  vec3 rgb = isColour ? vec3(first, brightness(channel1), brightness(channel2)) : vec3(first);
  colour = vec4(rgb * opacity, opacity);
}`;
}

/**
 * Supervoxel -> segment -> style, once for each pixel: the picture and its outlines are then made from these. Integers all the
 * way, so every id of 32 bits stays itself.
 */
export const LABEL_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
uniform highp usampler2D labels;
uniform highp usampler2D assignment;
uniform highp usampler2D styles;
/** Ids that the assignment covers; 0 where a label is its own segment. */
uniform uint assigned;
uniform uint styleMask;
uniform uint styleProbes;
uniform bool hideOthers;
in highp vec2 texel;
layout(location = 0) out highp uvec2 segmentAndStyle;
layout(location = 1) out highp uint supervoxel;

${MIX32}

uint styleOf(uint segment) {
  uint width = uint(textureSize(styles, 0).x);
  uint slot = mix32(segment) & styleMask;
  for (uint probe = 0u; probe < styleProbes; probe++) {
    uvec2 entry = texelFetch(styles, ivec2(slot % width, slot / width), 0).rg;
    if (entry.x == segment) return entry.y;
    if (entry.x == 0u) return 0u;
    slot = (slot + 1u) & styleMask;
  }
  return 0u;
}

void main() {
  ivec2 last = textureSize(labels, 0) - 1;
  uint label = texelFetch(labels, clamp(ivec2(floor(texel)), ivec2(0), last), 0).r;
  uint segment = label;
  if (label < assigned) {
    uint width = uint(textureSize(assignment, 0).x);
    segment = texelFetch(assignment, ivec2(label % width, label / width), 0).r;
  }
  uint style = segment == 0u ? 0u : styleOf(segment);
  bool isShown = (style & 2u) == 0u && (!hideOthers || (style & 9u) != 0u);
  segmentAndStyle = isShown ? uvec2(segment, style) : uvec2(0u);
  supervoxel = isShown ? label : 0u;
}`;
