import { rowsThatDiffer } from './changedRows.ts';
import type { StyleTable } from '#renderer/rendering/slices/styleTable.ts';

/** Width of the assignment's texture; a supervoxel is texel (id mod width, id div width). */
export const ASSIGNMENT_WIDTH = 4096;
const STYLE_WIDTH = 1024;

/** The textures that turn a supervoxel into a segment, and a segment into its style. */
export interface LookupTextures {
  readonly assignment: WebGLTexture;
  readonly styles: WebGLTexture;
  /** Uploads only the rows that differ from the last call; nothing for the same array. */
  setAssignment(assignment: Uint32Array | null): void;
  setStyles(table: StyleTable): void;
  readonly bytes: number;
}

/** The lookup textures of a context; they go with it. */
export function createLookupTextures(gl: WebGL2RenderingContext): LookupTextures {
  let assignment = emptyTexture(gl, gl.R32UI, 1, 1);
  let current: Uint32Array | null = null;
  let styles = emptyTexture(gl, gl.RG32UI, 1, 1);
  let styleTable: StyleTable | null = null;

  const uploadRows = (table: Uint32Array, first: number, end: number): void => {
    const whole = Math.floor(table.length / ASSIGNMENT_WIDTH);
    const put = (row: number, columns: number, rows: number): void =>
      gl.texSubImage2D(
        gl.TEXTURE_2D,
        0,
        0,
        row,
        columns,
        rows,
        gl.RED_INTEGER,
        gl.UNSIGNED_INT,
        table,
        row * ASSIGNMENT_WIDTH,
      );
    const endWhole = Math.min(end, whole);
    if (endWhole > first) put(first, ASSIGNMENT_WIDTH, endWhole - first);
    // The last row is shorter.
    if (end > whole) put(whole, table.length % ASSIGNMENT_WIDTH, 1);
  };

  return {
    get assignment() {
      return assignment;
    },
    get styles() {
      return styles;
    },
    get bytes() {
      return 4 * (current?.length ?? 0) + 8 * (styleTable?.slots ?? 0);
    },
    setAssignment(table) {
      if (table === current || table === null) {
        current = table;
        return;
      }
      const rows = Math.max(1, Math.ceil(table.length / ASSIGNMENT_WIDTH));
      if (current === null || current.length !== table.length) {
        gl.deleteTexture(assignment);
        assignment = emptyTexture(gl, gl.R32UI, ASSIGNMENT_WIDTH, rows);
        uploadRows(table, 0, rows);
      } else {
        gl.bindTexture(gl.TEXTURE_2D, assignment);
        for (const [first, end] of rowsThatDiffer(current, table, ASSIGNMENT_WIDTH)) uploadRows(table, first, end);
      }
      current = table;
    },
    setStyles(table) {
      if (table === styleTable) return;
      const { words, slots } = table;
      const width = Math.min(slots, STYLE_WIDTH);
      if (slots !== styleTable?.slots) {
        gl.deleteTexture(styles);
        styles = emptyTexture(gl, gl.RG32UI, width, slots / width);
      }
      styleTable = table;
      gl.bindTexture(gl.TEXTURE_2D, styles);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, slots / width, gl.RG_INTEGER, gl.UNSIGNED_INT, words);
    },
  };
}

/** A texture without mipmaps that is read texel by texel; it is bound afterwards. */
export function emptyTexture(gl: WebGL2RenderingContext, format: GLenum, width: number, height: number): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, format, width, height);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return texture;
}
