/** Renderers that are programs, as WebGL names them: of Chromium, of Mesa, of Windows. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Whether a program draws in place of a graphics card. */
export function isSoftware(gl: WebGL2RenderingContext | WebGLRenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  return SOFTWARE.test(String(name));
}
