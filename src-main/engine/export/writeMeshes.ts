import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ExportRequest } from '#contract/routes/exports.ts';
import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, toXyz } from '#domain/geometry.ts';
import { openMeshes } from '#engine/meshes/openMeshes.ts';
import type { Project } from '#engine/project/project.ts';
import { throwIfCancelled, withFileErrors } from '#volumes/fileErrors.ts';

import type { Running } from './exportProgress.ts';
import { offsetNm, spaceOffset } from './exportState.ts';
import type { ExportState } from './exportState.ts';
import { segmentSurface } from './segmentSurface.ts';
import type { Surface } from './segmentSurface.ts';
import { encodeLegacyMesh, encodeObj, encodePly } from './surfaceFiles.ts';

/** What becomes of the surface of each segment. */
export type WriteSurface = (id: bigint, surface: Surface) => Promise<void>;

/**
 * Makes the surfaces of segments, one after the other, and hands each to a writer. A segment too small for the level has none.
 *
 * @param segments null for all
 * @throws FascicleError 'not-found' for a segment that does not exist now, 'bad-request' for an unknown level
 */
export async function exportSurfaces(
  project: Project,
  state: ExportState,
  choice: {
    segments: readonly number[] | null;
    level: number | null;
    idOf: (segment: number) => bigint;
    write: WriteSurface;
  },
  { signal, onProgress }: Running = {},
): Promise<void> {
  const segments = choice.segments === null ? state.segments : checkSegments(state, choice.segments);
  const members = membersOf(state.assignment, segments);
  const shiftNm = toXyz(offsetNm(spaceOffset(state, boxOfShape(state.shape)), state.voxelSizeNm));
  const meshes = await openMeshes(project);
  try {
    let done = 0;
    for (const segment of segments) {
      throwIfCancelled(signal);
      const supervoxels = members.get(segment)!;
      const level = choice.level ?? meshes.chooseLevels(supervoxels).full;
      const surface = await segmentSurface(meshes, supervoxels, level, { shiftNm, signal });
      if (surface.indices.length > 0) await choice.write(choice.idOf(segment), surface);
      onProgress?.({ stage: 'Meshes', done: ++done, total: segments.length, unit: 'segments' });
    }
  } finally {
    await meshes.close();
  }
}

/** The segments that were asked for, each once. @throws FascicleError 'not-found' */
export function checkSegments({ assignment }: ExportState, wanted: readonly number[]): Uint32Array {
  const unknown = wanted.find((id) => id >= assignment.length || assignment[id] !== id);
  if (unknown === undefined) return Uint32Array.from(new Set(wanted)).sort();
  const now = assignment[unknown] ?? 0;
  throw new FascicleError(
    'not-found',
    now === 0
      ? `There is no segment ${unknown}.`
      : `There is no segment ${unknown} any more: it is part of segment ${now} now. Name that one.`,
  );
}

function membersOf(assignment: Uint32Array, segments: Uint32Array): Map<number, Uint32Array> {
  const lists = new Map<number, number[]>(Array.from(segments, (segment) => [segment, []]));
  for (let id = 1; id < assignment.length; id++) lists.get(assignment[id]!)?.push(id);
  return new Map([...lists].map(([segment, ids]) => [segment, Uint32Array.from(ids)]));
}

/** Writes surfaces into a folder that exists, one file each, called by the id. */
export function surfaceWriter(folder: string, format: NonNullable<ExportRequest['meshes']>['format']): WriteSurface {
  return (id, surface) => {
    const path = join(folder, `${id}.${format}`);
    return withFileErrors(`Writing ${path}`, () =>
      writeFile(path, format === 'ply' ? encodePly(surface) : encodeObj(surface, String(id))),
    );
  };
}

/** Writes surfaces as Neuroglancer reads them: a manifest and a fragment for each id, and an info file. */
export async function legacyMeshWriter(folder: string): Promise<WriteSurface> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'info'), `${JSON.stringify({ '@type': 'neuroglancer_legacy_mesh' })}\n`);
  return (id, surface) =>
    withFileErrors(`Writing ${folder}`, async () => {
      await writeFile(join(folder, `${id}.mesh`), encodeLegacyMesh(surface));
      await writeFile(join(folder, `${id}:0`), JSON.stringify({ fragments: [`${id}.mesh`] }));
    });
}

/** Names and states of segments as Neuroglancer shows them beside their ids. */
export async function writeSegmentProperties(
  folder: string,
  state: ExportState,
  idOf: (segment: number) => bigint,
): Promise<void> {
  const segments = [...state.segments];
  const values = (key: 'name' | 'status' | 'note') => segments.map((segment) => state.facts[key].get(segment) ?? '');
  const properties = [
    { id: 'label', type: 'label', values: values('name') },
    { id: 'status', type: 'string', values: values('status') },
    { id: 'description', type: 'description', values: values('note') },
  ];
  await mkdir(folder, { recursive: true });
  const inline = { ids: segments.map((segment) => String(idOf(segment))), properties };
  await writeFile(join(folder, 'info'), `${JSON.stringify({ '@type': 'neuroglancer_segment_properties', inline })}\n`);
}
