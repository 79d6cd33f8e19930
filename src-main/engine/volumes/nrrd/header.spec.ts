import { describe, expect, it } from 'vitest';

import { parseNrrdHeader } from './header.ts';

const header = (...lines: string[]): Uint8Array =>
  Buffer.from(['NRRD0004', '# a comment: of no meaning', 'key:=value', ...lines, '', ''].join('\n'), 'latin1');
const parse = (...lines: string[]) => parseNrrdHeader(header(...lines), 'a.nrrd');
const PLAIN = ['type: ushort', 'dimension: 3', 'sizes: 9 7 5', 'encoding: raw', 'endian: little'];

describe('parseNrrdHeader', () => {
  it('reads sizes, fastest axis first, and the length of the header', () => {
    const bytes = header(...PLAIN);
    expect(parseNrrdHeader(bytes, 'a.nrrd')).toMatchObject({
      type: 'uint16',
      sizes: [9, 7, 5],
      axes: 'xyz',
      littleEndian: true,
      dataFile: null,
      headerBytes: bytes.byteLength,
    });
  });

  it('takes lengths of direction vectors with their units', () => {
    const parsed = parse(...PLAIN, 'space directions: (0,4,0) (3,0,4) (0,0,40)', 'space units: "nm" "nm" "nm"');
    expect(parsed).toMatchObject({ spacings: [4, 5, 40], units: ['nm', 'nm', 'nm'] });
  });

  it('takes axes out of space for channels', () => {
    const lines = ['type: float', 'dimension: 4', 'sizes: 3 9 7 5', 'encoding: gzip', 'endian: big'];
    expect(parse(...lines, 'kinds: vector domain domain domain')?.axes).toBe('cxyz');
    expect(parse(...lines, 'space directions: none (1,0,0) (0,1,0) (0,0,1)')?.axes).toBe('cxyz');
    expect(parse(...lines)?.axes).toBeNull();
  });

  it('is not complete before the empty line', () => {
    expect(parseNrrdHeader(Buffer.from('NRRD0004\ntype: uchar\n'), 'a.nrrd')).toBeNull();
  });

  it.each([
    ['bad-file', 'sizes', ['type: uchar', 'dimension: 3', 'sizes: 9 7', 'encoding: raw']],
    ['bad-file', 'byte order', ['type: short', 'dimension: 3', 'sizes: 9 7 5', 'encoding: raw']],
    ['bad-file', 'byte skip', [...PLAIN, 'byte skip: -5']],
    ['unsupported', 'bzip2', ['type: uchar', 'dimension: 3', 'sizes: 9 7 5', 'encoding: bzip2']],
    ['unsupported', 'block', ['type: block', 'dimension: 3', 'sizes: 9 7 5', 'encoding: raw']],
    ['unsupported', '1 axis', ['type: uchar', 'dimension: 1', 'sizes: 9', 'encoding: raw']],
    ['unsupported', 'several files', [...PLAIN, 'data file: LIST']],
  ])('refuses as %s a header with a wrong %s', (kind, words, lines) => {
    expect(() => parse(...lines)).toThrowError(
      expect.objectContaining({ kind, message: expect.stringMatching(new RegExp(`a\\.nrrd.*${words}`)) }),
    );
  });
});
