import { measureBrightness } from '#engine/importing/brightness.ts';
import type { Brightness } from '#engine/importing/brightness.ts';
import { describeFile } from '#engine/importing/describeFile.ts';
import { findingsOf } from '#engine/importing/findings.ts';
import { measureSections } from '#engine/importing/measureSections.ts';
import { previewSlice } from '#engine/importing/previewSlice.ts';
import type { LookRequest, Measurements, Reading } from '#engine/importing/volumeLooks.ts';
import { openVolume } from '#volumes/openVolume.ts';
import type { VolumeReader } from '#volumes/volume.ts';

import { serveRequests } from './serveRequests.ts';

/** Entry of the process that looks at files before they are projects. */

/** Sections are measured for so long; what is known by then is told. */
const SECTIONS_MS = 15_000;

/** Files whose brightness is remembered, so that slices of one file have one contrast. */
const REMEMBERED = 8;

const brightnesses = new Map<string, Promise<Brightness>>();

function brightnessOf(reader: VolumeReader, reading: Reading, signal: AbortSignal): Promise<Brightness> {
  const key = JSON.stringify([reading, reader.info]);
  const known = brightnesses.get(key);
  if (known !== undefined) return known;
  const measured = measureBrightness(reader, signal);
  brightnesses.set(key, measured);
  // One that was cancelled or failed is not the answer for the next who asks.
  measured.catch(() => brightnesses.delete(key));
  if (brightnesses.size > REMEMBERED) brightnesses.delete(brightnesses.keys().next().value!);
  return measured;
}

async function withReader<T>(reading: Reading, look: (reader: VolumeReader) => Promise<T>): Promise<T> {
  const { spec, axes = null, voxelSizeNm = null, role = 'image' } = reading;
  const reader = await openVolume(spec, { axes, voxelSizeNm, role });
  try {
    return await look(reader);
  } finally {
    await reader.close();
  }
}

async function measure(reader: VolumeReader, reading: Reading, signal: AbortSignal): Promise<Measurements> {
  const brightness = await brightnessOf(reader, reading, signal);
  const sections = await measureSections(reader, { signal, untilMs: performance.now() + SECTIONS_MS });
  const { histogram, range, limits } = brightness;
  const findings = findingsOf(reader.info, brightness, sections);
  return { histogram, range: [range[0], range[1]], limits: [limits[0], limits[1]], findings };
}

serveRequests<LookRequest, never, unknown>(async (look, { signal }) => {
  switch (look.type) {
    case 'describe':
      return describeFile(look.spec);
    case 'info':
      return withReader(look.reading, async ({ info }) => info);
    case 'preview':
      return withReader(look.reading, async (reader) => {
        const isImage = look.request.kind === 'image';
        const limits = isImage ? (await brightnessOf(reader, look.reading, signal)).limits : ([0, 1] as const);
        return previewSlice(reader, look.request, limits, signal);
      });
    case 'measure':
      return withReader(look.reading, (reader) => measure(reader, look.reading, signal));
  }
});
