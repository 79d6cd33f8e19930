import { SEGMENT_PALETTE } from '#domain/segmentColour.ts';
import { outlineKernel } from '#renderer/rendering/slices/outline.ts';
import type { PanelPicture, PictureLabels, PlacedTile } from '#renderer/rendering/slices/picture.ts';
import type { StyleTable } from '#renderer/rendering/slices/styleTable.ts';

import { COMPOSE_FRAGMENT, FULL_VERTEX } from './composeShader.ts';
import type { LookupTextures } from './lookupTextures.ts';
import { createProgram } from './program.ts';
import type { Program } from './program.ts';
import { createRenderTargets } from './renderTargets.ts';
import { imageFragment, LABEL_FRAGMENT, TILE_VERTEX } from './tileShaders.ts';

/** How the shaders search the lookup textures. */
export interface LookupSizes {
  /** Ids of the assignment. */
  readonly assigned: number;
  readonly styles: StyleTable;
}

/** Draws panels into the drawing buffer of one context. */
export interface SlicePainter {
  paint(picture: PanelPicture<WebGLTexture>, lookups: LookupTextures, tables: LookupSizes): void;
}

/** The programs and targets of a context; they go with it. */
export function createSlicePainter(gl: WebGL2RenderingContext): SlicePainter {
  const integerImage = createProgram(gl, TILE_VERTEX, imageFragment('usampler2D'));
  const floatImage = createProgram(gl, TILE_VERTEX, imageFragment('sampler2D'));
  const label = createProgram(gl, TILE_VERTEX, LABEL_FRAGMENT);
  const compose = createProgram(gl, FULL_VERTEX, COMPOSE_FRAGMENT);
  const palette = new Float32Array(SEGMENT_PALETTE.flat().map((channel) => channel / 255));
  gl.bindVertexArray(gl.createVertexArray());
  let targets = createRenderTargets(gl, 1, 1);

  const bind = (unit: number, texture: WebGLTexture): void => {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
  };

  const drawTile = (program: Program, tile: PlacedTile<WebGLTexture>, depth: number): void => {
    gl.uniform4f(program.uniform('rect'), ...tile.rect);
    gl.uniform2f(program.uniform('texels'), tile.columns, tile.rows);
    gl.uniform1f(program.uniform('depth'), depth);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  };

  const drawImages = ({ images, width, height }: PanelPicture<WebGLTexture>): void => {
    gl.bindFramebuffer(gl.FRAMEBUFFER, targets.imageFramebuffer);
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    images.forEach((image, i) => {
      const program = image.isFloat ? floatImage : integerImage;
      gl.useProgram(program.program);
      gl.uniform2f(program.uniform('panel'), width, height);
      gl.uniform2f(program.uniform('limits'), ...image.limits);
      gl.uniform1f(program.uniform('opacity'), image.opacity);
      gl.uniform1i(program.uniform('isSmooth'), image.isSmooth ? 1 : 0);
      // A layer lies nearer than the one below it, and its own tiles all at one depth: each pixel takes the first of them.
      const depth = 1 - (2 * (i + 1)) / (images.length + 1);
      for (const tile of image.tiles) {
        const isColour = tile.channels.length === 3;
        gl.uniform1i(program.uniform('isColour'), isColour ? 1 : 0);
        for (let channel = 0; channel < 3; channel++) {
          bind(channel, tile.channels[isColour ? channel : 0]);
          gl.uniform1i(program.uniform(`channel${channel}`), channel);
        }
        drawTile(program, tile, depth);
      }
    });
    gl.disable(gl.BLEND);
  };

  const drawLabels = (
    labels: PictureLabels<WebGLTexture>,
    lookups: LookupTextures,
    { assigned, styles }: LookupSizes,
    size: readonly [number, number],
  ): void => {
    gl.bindFramebuffer(gl.FRAMEBUFFER, targets.labelFramebuffer);
    gl.viewport(0, 0, ...size);
    gl.clearBufferuiv(gl.COLOR, 0, [0, 0, 0, 0]);
    gl.clearBufferuiv(gl.COLOR, 1, [0, 0, 0, 0]);
    gl.clear(gl.DEPTH_BUFFER_BIT);
    gl.useProgram(label.program);
    bind(1, lookups.assignment);
    bind(2, lookups.styles);
    gl.uniform1i(label.uniform('labels'), 0);
    gl.uniform1i(label.uniform('assignment'), 1);
    gl.uniform1i(label.uniform('styles'), 2);
    gl.uniform1ui(label.uniform('assigned'), labels.areAssigned ? assigned : 0);
    gl.uniform1ui(label.uniform('styleMask'), styles.slots - 1);
    gl.uniform1ui(label.uniform('styleProbes'), styles.probes);
    gl.uniform1i(label.uniform('hideOthers'), labels.overlay.hideOthers ? 1 : 0);
    gl.uniform2f(label.uniform('panel'), ...size);
    for (const tile of labels.tiles) {
      bind(0, tile.channels[0]);
      drawTile(label, tile, 0);
    }
  };

  const drawPicture = ({ width, height, pixelRatio, labels }: PanelPicture<WebGLTexture>): void => {
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, width, height);
    gl.disable(gl.DEPTH_TEST);
    gl.useProgram(compose.program);
    bind(0, targets.image);
    bind(1, targets.segments);
    bind(2, targets.supervoxels);
    gl.uniform1i(compose.uniform('image'), 0);
    gl.uniform1i(compose.uniform('segments'), 1);
    gl.uniform1i(compose.uniform('supervoxels'), 2);
    gl.uniform2i(compose.uniform('panel'), width, height);
    gl.uniform1f(compose.uniform('pixelRatio'), pixelRatio);
    gl.uniform3fv(compose.uniform('palette'), palette);
    gl.uniform1i(compose.uniform('hasOverlay'), labels ? 1 : 0);
    if (labels) {
      const { overlay } = labels;
      const { reach, sigma, weights } = outlineKernel(pixelRatio);
      gl.uniform1i(compose.uniform('reach'), reach);
      gl.uniform1f(compose.uniform('sigma'), sigma);
      gl.uniform1fv(compose.uniform('weights'), weights);
      gl.uniform1ui(compose.uniform('salt'), overlay.salt >>> 0);
      gl.uniform1f(compose.uniform('fill'), overlay.fill);
      gl.uniform1ui(compose.uniform('hovered'), overlay.hovered);
      gl.uniform1i(compose.uniform('hasOutlines'), overlay.outlines ? 1 : 0);
      gl.uniform1i(compose.uniform('hasBorders'), overlay.supervoxelBorders ? 1 : 0);
      gl.uniform1i(compose.uniform('isBySupervoxel'), overlay.colourBySupervoxel ? 1 : 0);
      gl.uniform1i(compose.uniform('dimOthers'), overlay.dimOthers ? 1 : 0);
      gl.uniform3fv(compose.uniform('contactColour'), unitRgb(overlay.contactColour));
    }
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  };

  return {
    paint(picture, lookups, tables) {
      const { width, height } = picture;
      if (width > targets.width || height > targets.height) {
        targets.dispose();
        targets = createRenderTargets(gl, Math.max(width, targets.width), Math.max(height, targets.height));
      }
      gl.enable(gl.DEPTH_TEST);
      gl.depthFunc(gl.LESS);
      drawImages(picture);
      if (picture.labels) drawLabels(picture.labels, lookups, tables, [width, height]);
      drawPicture(picture);
    },
  };
}

/** '#rrggbb' as the shader takes it; no colour is below 0. */
function unitRgb(colour: string | null): [number, number, number] {
  if (colour === null) return [-1, -1, -1];
  const rgb = Number.parseInt(colour.slice(1), 16);
  return [(rgb >>> 16) / 255, ((rgb >>> 8) & 255) / 255, (rgb & 255) / 255];
}
