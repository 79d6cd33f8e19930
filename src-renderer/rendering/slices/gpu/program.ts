/** A linked program and the places of its uniforms. */
export interface Program {
  readonly program: WebGLProgram;
  /** Null for a uniform that the compiler found unused, which WebGL accepts. */
  uniform(name: string): WebGLUniformLocation | null;
}

/**
 * Compiles and links a pair of shaders.
 *
 * @throws Error with the compiler's log; shaders are constant, so this is a defect or a lost context
 */
export function createProgram(gl: WebGL2RenderingContext, vertexSource: string, fragmentSource: string): Program {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexSource],
    [gl.FRAGMENT_SHADER, fragmentSource],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    // Deleted with the program.
    gl.deleteShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost())
      throw new Error(`A shader of the slices does not compile: ${gl.getShaderInfoLog(shader) ?? ''}`);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`A program of the slices does not link: ${gl.getProgramInfoLog(program) ?? ''}`);
  const locations = new Map<string, WebGLUniformLocation | null>();
  return {
    program,
    uniform(name) {
      let location = locations.get(name);
      if (location === undefined) locations.set(name, (location = gl.getUniformLocation(program, name)));
      return location;
    },
  };
}
