import { mapZyx } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import type { VolumeReader } from '#volumes/volume.ts';

import { shiftBetween, spectrumOf } from './phaseCorrelation.ts';
import type { Spectrum } from './phaseCorrelation.ts';
import { sampleSection } from './sampleSection.ts';

/** What was measured of one section, on a window in the middle of it. */
export interface SectionMeasure {
  readonly z: number;
  readonly mean: number;
  /** All voxels have one value. */
  readonly blank: boolean;
  /** Against the section before it, in voxels along y and x; null where that was not looked at or one of the two is blank. */
  readonly shift: { readonly voxels: number; readonly sure: boolean } | null;
}

/** Pixels of the thinned window along each side: a power of two. */
const SIZE = 128;
/** Voxels of the window along each side: cells of at most 4 x 4. */
const WINDOW = 4 * SIZE;

/** Sections that are looked at; of more, runs of neighbours are taken all through the volume. */
const MAX_SECTIONS = 160;
const RUN = 8;

/**
 * Brightness and displacement of sections.
 *
 * @param options.untilMs no further section is begun after this moment of `performance.now()`
 */
export async function measureSections(
  reader: VolumeReader,
  options: { signal?: AbortSignal | undefined; untilMs: number },
): Promise<SectionMeasure[]> {
  const { shape } = reader.info;
  const size = 2 ** Math.floor(Math.log2(Math.min(SIZE, shape[1], shape[2])));
  // Cells of whole voxels, all of one size: unequal ones would make a pattern of their own.
  const cell = Math.max(1, Math.floor(Math.min(WINDOW, shape[1], shape[2]) / size));
  const extent = cell * size;
  const corner = mapZyx((axis) => (axis === 0 ? 0 : (shape[axis] - extent) >> 1));
  const window: Box = { min: corner, max: [shape[0], corner[1] + extent, corner[2] + extent] };
  const measures: SectionMeasure[] = [];
  let before: { z: number; spectrum: Spectrum | null } = { z: -2, spectrum: null };
  for (const z of sectionsOf(shape[0])) {
    if (performance.now() > options.untilMs) break;
    const plane = { axis: 0, index: z, rowAxis: 1, columnAxis: 2 } as const;
    const { values, rows, columns } = await sampleSection(reader, plane, {
      ...options,
      edge: size,
      window,
      mean: true,
    });
    const blank = values.every((value) => value === values[0]);
    const comparable = !blank && rows === size && columns === size && size >= 16;
    const spectrum = comparable ? spectrumOf(values, size) : null;
    const shift = z === before.z + 1 && spectrum && before.spectrum ? shiftBetween(before.spectrum, spectrum) : null;
    measures.push({
      z,
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      blank,
      shift: shift && { voxels: cell * Math.hypot(shift.y, shift.x), sure: shift.sure },
    });
    before = { z, spectrum };
  }
  return measures;
}

function sectionsOf(depth: number): number[] {
  if (depth <= MAX_SECTIONS) return Array.from({ length: depth }, (_, z) => z);
  const runs = MAX_SECTIONS / RUN;
  return Array.from({ length: runs }, (_, run) => Math.floor((run * (depth - RUN)) / (runs - 1))).flatMap((start) =>
    Array.from({ length: RUN }, (_, i) => start + i),
  );
}
