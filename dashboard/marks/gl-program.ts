/** A program of the graphics card and where its uniforms are. */
export interface GlProgram {
  readonly program: WebGLProgram
  readonly uniform: (name: string) => WebGLUniformLocation | null
}

/** Throws an Error with the compiler's words when the shaders do not compile; a context that was lost meanwhile gives a program that draws nothing. */
export function glProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): GlProgram {
  const program = gl.createProgram()
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type)
    if (!shader) continue
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
    // Goes with the program.
    gl.deleteShader(shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`marks: ${gl.getProgramInfoLog(program) ?? 'shaders do not link'}`)
  const uniforms = new Map<string, WebGLUniformLocation | null>()
  return {
    program,
    uniform: name => {
      const known = uniforms.get(name)
      if (known !== undefined) return known
      const found = gl.getUniformLocation(program, name)
      uniforms.set(name, found)
      return found
    },
  }
}

/** Whether WebGL is drawn by the processor, as the browser names what draws it. */
export function drawsInSoftware(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const name: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER)
  return typeof name === 'string' && /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name)
}
