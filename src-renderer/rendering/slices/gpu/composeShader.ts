import { SALT_FACTOR, SEGMENT_PALETTE } from '#domain/segmentColour.ts';
import { CIRCLE, LEAST_HOLE_WIDTH, LOGISTIC_SCALE, MOST_REACH } from '#renderer/rendering/slices/outline.ts';
import { OVERLAY_LOOK } from '#renderer/rendering/slices/overlayLook.ts';

import { MIX32 } from './mix32Shader.ts';

/** One triangle that covers the panel. */
export const FULL_VERTEX = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

const float = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

/**
 * Lays segments over the image.
 *
 * Outlines are made in screen space. Around each pixel the Gaussian-weighted share of pixels of the same segment is taken; at a
 * straight edge at distance e it is the normal distribution's Phi(e / sigma), so its inverse (by the logistic approximation, 1.702)
 * gives e to a fraction of a pixel: lines of constant width, smooth although ids are not. The selected segments' line lies astride
 * their edge, half of it and half of its casing on the neighbours' pixels.
 *
 * Specks within a segment, from noise in the labels, would be outlines and nothing else. What lies by an edge is one where all places on
 * the circle as wide as the least hole, around the pixel, are of one segment: then the other side of the edge ends within it.
 */
export const COMPOSE_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
uniform highp sampler2D image;
uniform highp usampler2D segments;
uniform highp usampler2D supervoxels;
uniform ivec2 panel;
uniform float pixelRatio;
/** Pixels around each that outlines look at, and the Gaussian's share of each distance along an axis. */
uniform int reach;
uniform float sigma;
uniform float weights[${MOST_REACH + 1}];
uniform vec3 palette[${SEGMENT_PALETTE.length}];
uniform uint salt;
uniform float fill;
uniform uint hovered;
uniform bool hasOverlay;
uniform bool hasOutlines;
uniform bool hasBorders;
uniform bool isBySupervoxel;
uniform bool dimOthers;
/** Where two sides touch; negative for no line. */
uniform vec3 contactColour;
out vec4 colour;

const uint SELECTED = 1u;
const uint PINNED = 4u;
const uint SIDE = 8u;

${MIX32}

vec3 colourOf(uint id) {
  return palette[mix32(id ^ (salt * ${SALT_FACTOR}u)) % ${SEGMENT_PALETTE.length}u];
}

vec3 fixedColour(uint style) {
  return vec3(uvec3(style >> 8, style >> 16, style >> 24) & 255u) / 255.0;
}

void lay(vec3 ink, float share) {
  colour = vec4(mix(colour.rgb, ink, share), mix(colour.a, 1.0, share));
}

/** Distance to the edge of a region of which the weighted share 'inside' was seen, pixels; negative outside. */
float edgeDistance(float inside, float sigma) {
  float share = clamp(inside, 1e-4, 1.0 - 1e-4);
  return sigma * log(share / (1.0 - share)) / ${float(LOGISTIC_SCALE)};
}

/** How much of a pixel lies within a band of a width along an edge, from the pixel's distance to the edge. */
float band(float width, float distance) {
  return clamp(width - distance + 0.5, 0.0, 1.0);
}

uvec2 at(ivec2 place) {
  return texelFetch(segments, clamp(place, ivec2(0), panel - 1), 0).rg;
}

/** Whether another segment begins nearby. Most pixels are within a segment and need no more; what this misses is a speck. */
bool isNearEdge(ivec2 place, uint segment) {
  for (int i = 0; i < 4; i++) {
    ivec2 side = i < 2 ? ivec2(2 * i - 1, 0) : ivec2(0, 2 * i - 5);
    if (at(place + side).x != segment || at(place + reach * side).x != segment) return true;
    ivec2 corner = ivec2(2 * (i & 1) - 1, (i & 2) - 1);
    if (at(place + reach * corner).x != segment) return true;
  }
  return false;
}

/** The segment and style of what encloses a speck at or beside a place; 0 for none. */
uvec2 enclosing(ivec2 place) {
  uvec2 first = uvec2(0u);
  for (int i = 0; i < ${CIRCLE.places}; i++) {
    float angle = float(i * ${CIRCLE.stride}) * ${float((2 * Math.PI) / CIRCLE.places)};
    ivec2 offset = ivec2(round(${float(LEAST_HOLE_WIDTH)} * pixelRatio * vec2(cos(angle), sin(angle))));
    uvec2 next = at(place + offset);
    if (i == 0) first = next;
    else if (next.x != first.x) return uvec2(0u);
  }
  return first;
}

void main() {
  ivec2 place = ivec2(gl_FragCoord.xy);
  colour = texelFetch(image, place, 0);
  if (!hasOverlay) return;

  uvec2 own = at(place);
  uint ownSupervoxel = texelFetch(supervoxels, place, 0).r;
  bool isSelected = (own.y & SELECTED) != 0u;
  bool isSide = (own.y & SIDE) != 0u;
  bool isOther = dimOthers && !isSide;
  bool isHovered = own.x != 0u && own.x == hovered;
  vec3 ink = (own.y & (PINNED | SIDE)) != 0u ? fixedColour(own.y) : colourOf(isBySupervoxel ? ownSupervoxel : own.x);

  if (isOther) colour.rgb *= ${float(OVERLAY_LOOK.dimmedImage)};
  if (own.x != 0u && !isOther) {
    float share = isSide ? ${float(OVERLAY_LOOK.sideFill)} : isSelected ? fill + ${float(OVERLAY_LOOK.selectedExtra)} : fill;
    lay(ink, min(1.0, share + (isHovered ? ${float(OVERLAY_LOOK.hoverExtra)} : 0.0)));
  }

  float all = 1.0;
  float same = 1.0;
  float selected = isSelected ? 1.0 : 0.0;
  float otherSide = 0.0;
  uvec2 around = uvec2(0u);
  if (isNearEdge(place, own.x)) {
    all = same = selected = 0.0;
    for (int dy = -reach; dy <= reach; dy++) {
      for (int dx = -reach; dx <= reach; dx++) {
        uvec2 other = at(place + ivec2(dx, dy));
        float weight = weights[abs(dx)] * weights[abs(dy)];
        all += weight;
        same += other.x == own.x ? weight : 0.0;
        selected += (other.y & SELECTED) != 0u ? weight : 0.0;
        otherSide += other.x != own.x && (other.y & SIDE) != 0u ? weight : 0.0;
      }
    }
    around = enclosing(place);
  }

  if ((hasBorders || isSide) && own.x != 0u && (!isOther || isSide)) {
    bool isBorder = false;
    for (int step = 1; step <= int(pixelRatio + 0.5); step++) {
      for (int side = 0; side < 2; side++) {
        ivec2 next = min(place + (side == 0 ? ivec2(step, 0) : ivec2(0, -step)), panel - 1);
        next = max(next, ivec2(0));
        isBorder = isBorder || (texelFetch(segments, next, 0).r == own.x && texelFetch(supervoxels, next, 0).r != ownSupervoxel);
      }
    }
    if (isBorder) lay(vec3(1.0), ${float(OVERLAY_LOOK.supervoxelBorder)});
  }

  float inside = edgeDistance(same / all, sigma);
  if (own.x != 0u && !isSelected && same < all) {
    bool isSpeck = around.x != 0u;
    if (isOther && !isHovered && !isSpeck) lay(vec3(0.5), ${float(OVERLAY_LOOK.otherOutline)} * band(pixelRatio, inside));
    else if (isSide) lay(ink, band(1.5 * pixelRatio, inside));
    else if (isHovered) lay(vec3(1.0), ${float(OVERLAY_LOOK.outline)} * band(pixelRatio, inside));
    else if (hasOutlines && !isOther && !isSpeck) lay(ink, ${float(OVERLAY_LOOK.outline)} * band(pixelRatio, inside));
  }
  bool isAtSelection = isSelected ? same < all : selected > 0.0;
  bool isSpeckOfSelection = (around.y & SELECTED) != 0u;
  if (isAtSelection && !isSpeckOfSelection && !isSide && !dimOthers) {
    float distance = isSelected ? inside : -edgeDistance(selected / all, sigma);
    lay(vec3(0.0), ${float(OVERLAY_LOOK.casing)} * band(2.0 * pixelRatio, distance));
    lay(vec3(1.0), band(pixelRatio, distance));
  }
  if (isSide && otherSide > 0.0 && contactColour.r >= 0.0) {
    float distance = edgeDistance(1.0 - otherSide / all, sigma);
    lay(vec3(0.0), ${float(OVERLAY_LOOK.casing)} * band(2.0 * pixelRatio, distance));
    lay(contactColour, band(1.25 * pixelRatio, distance));
  }
}`;
