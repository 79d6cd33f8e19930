import { emptyTexture } from './lookupTextures.ts';

/** Where tiles are drawn before they become the picture: the image, and for each pixel its segment, style and supervoxel. */
export interface RenderTargets {
  readonly image: WebGLTexture;
  readonly segments: WebGLTexture;
  readonly supervoxels: WebGLTexture;
  readonly imageFramebuffer: WebGLFramebuffer;
  readonly labelFramebuffer: WebGLFramebuffer;
  readonly width: number;
  readonly height: number;
  dispose(): void;
}

/** Targets for panels of up to a size, device pixels. The depth buffers let each pixel be drawn once, finest tile first. */
export function createRenderTargets(gl: WebGL2RenderingContext, width: number, height: number): RenderTargets {
  const image = emptyTexture(gl, gl.RGBA8, width, height);
  const segments = emptyTexture(gl, gl.RG32UI, width, height);
  const supervoxels = emptyTexture(gl, gl.R32UI, width, height);
  const depth = gl.createRenderbuffer();
  gl.bindRenderbuffer(gl.RENDERBUFFER, depth);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT16, width, height);
  const framebuffer = (colours: readonly WebGLTexture[]): WebGLFramebuffer => {
    const target = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    colours.forEach((texture, i) =>
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + i, gl.TEXTURE_2D, texture, 0),
    );
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, depth);
    gl.drawBuffers(colours.map((_, i) => gl.COLOR_ATTACHMENT0 + i));
    return target;
  };
  const imageFramebuffer = framebuffer([image]);
  const labelFramebuffer = framebuffer([segments, supervoxels]);
  return {
    image,
    segments,
    supervoxels,
    imageFramebuffer,
    labelFramebuffer,
    width,
    height,
    dispose() {
      for (const texture of [image, segments, supervoxels]) gl.deleteTexture(texture);
      for (const target of [imageFramebuffer, labelFramebuffer]) gl.deleteFramebuffer(target);
      gl.deleteRenderbuffer(depth);
    },
  };
}
