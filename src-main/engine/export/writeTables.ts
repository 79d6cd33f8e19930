import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { toXyz } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';
import { readEdges } from '#engine/project/tables.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

import type { ExportState } from './exportState.ts';

type Cell = string | number | bigint | null;

const TABLE_FILES = ['segments.csv', 'edits.csv', 'contacts.csv'] as const;

/**
 * Writes the tables of a project into a folder that exists: CSV (RFC 4180, UTF-8, lines end with CRLF). Positions and boxes are x, y, z in
 * voxels of the volume that the project was made from, boxes half-open.
 *
 * @param idOf the id of a segment in the labels of the same export
 */
export async function writeTables(
  project: Project,
  state: ExportState,
  folder: string,
  idOf: (segment: number) => bigint,
): Promise<void> {
  const [segments, edits, contacts] = TABLE_FILES;
  await writeCsv(join(folder, segments), segmentRows(state, idOf));
  await writeCsv(join(folder, edits), editRows(state));
  await writeCsv(join(folder, contacts), contactRows(project, state, idOf));
}

function* segmentRows(state: ExportState, idOf: (segment: number) => bigint): Generator<readonly Cell[]> {
  const { assignment, supervoxels, voxelSizeNm, origin, facts } = state;
  const { sizes, boxMin, boxMax } = supervoxels;
  const rows = new Map<number, { voxels: number; parts: number; box: number[] }>();
  for (let id = 1; id < assignment.length; id++) {
    const segment = assignment[id]!;
    if (segment === 0) continue;
    let row = rows.get(segment);
    if (row === undefined) rows.set(segment, (row = { voxels: 0, parts: 0, box: [...FIRST_BOX] }));
    row.voxels += sizes[id - 1]!;
    row.parts++;
    for (let axis = 0; axis < 3; axis++) {
      row.box[axis] = Math.min(row.box[axis]!, boxMin[3 * (id - 1) + axis]! + origin[axis]!);
      row.box[3 + axis] = Math.max(row.box[3 + axis]!, boxMax[3 * (id - 1) + axis]! + origin[axis]!);
    }
  }
  const um3 = voxelSizeNm && (voxelSizeNm[0] * voxelSizeNm[1] * voxelSizeNm[2]) / 1e9;
  yield [
    ...['segment', 'id', 'voxels', 'um3', 'supervoxels', 'min_x', 'min_y', 'min_z', 'max_x', 'max_y', 'max_z'],
    ...['name', 'status', 'note'],
  ];
  for (const segment of state.segments) {
    const { voxels, parts, box } = rows.get(segment)!;
    const [z0, y0, x0, z1, y1, x1] = box as [number, number, number, number, number, number];
    yield [
      ...[segment, idOf(segment), voxels, um3 && voxels * um3, parts, x0, y0, z0, x1, y1, z1],
      ...(['name', 'status', 'note'] as const).map((key) => facts[key].get(segment) ?? null),
    ];
  }
}

const FIRST_BOX = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];

function* editRows({ log, origin }: ExportState): Generator<readonly Cell[]> {
  const inForce = new Set(log.tree.lineOf(log.tree.head));
  yield ['revision', 'kind', 'parent', 'to', 'in_force', 'author', 'created_at', 'x', 'y', 'z', 'summary'];
  for (const entry of log.entries) {
    const { revision, author, createdAt } = entry;
    if (entry.type === 'move')
      yield [revision, 'move', null, entry.to, null, author, createdAt, null, null, null, null];
    else {
      const place = entry.place && toXyz(entry.place.map((at, axis) => at + origin[axis]!) as unknown as Zyx);
      yield [
        ...[revision, entry.kind, entry.parent, null, inForce.has(revision) ? 1 : 0, author, createdAt],
        ...(place ?? [null, null, null]),
        entry.summary,
      ];
    }
  }
}

/** Contacts between segments: sums over the contacts of their supervoxels, at the place of the strongest. */
function* contactRows(
  { database }: Project,
  { assignment, shape, origin }: ExportState,
  idOf: (segment: number) => bigint,
): Generator<readonly Cell[]> {
  const edges = readEdges(database, shape);
  const rows = new Map<number, Map<number, { area: number; sum: number; max: number; voxel: bigint }>>();
  for (let i = 0; i < edges.u.length; i++) {
    const [s, t] = [assignment[edges.u[i]!]!, assignment[edges.v[i]!]!];
    if (s === t || s === 0 || t === 0) continue;
    const [a, b] = s < t ? [s, t] : [t, s];
    let of = rows.get(a);
    if (of === undefined) rows.set(a, (of = new Map()));
    const row = of.get(b) ?? { area: 0, sum: 0, max: -1, voxel: 0n };
    row.area += edges.contactArea[i]!;
    row.sum += Number(edges.affinitySum[i]!);
    if (edges.affinityMax[i]! > row.max) {
      row.max = edges.affinityMax[i]!;
      row.voxel = edges.contactVoxel[i]!;
    }
    of.set(b, row);
  }
  yield ['segment_a', 'segment_b', 'id_a', 'id_b', 'contact_faces', 'mean_affinity', 'x', 'y', 'z'];
  for (const a of [...rows.keys()].sort((p, q) => p - q))
    for (const [b, { area, sum, voxel }] of [...rows.get(a)!].sort(([p], [q]) => p - q)) {
      const linear = Number(voxel);
      const line = Math.floor(linear / shape[2]);
      const [x, y, z] = [linear % shape[2], line % shape[1], Math.floor(line / shape[1])];
      yield [
        ...[a, b, idOf(a), idOf(b), area, sum / area / edges.affinityUnit],
        ...[x + origin[2], y + origin[1], z + origin[0]],
      ];
    }
}

async function writeCsv(path: string, rows: Iterable<readonly Cell[]>): Promise<void> {
  await withFileErrors(`Writing ${path}`, async () => {
    const file = await open(path, 'w');
    try {
      let lines: string[] = [];
      const flush = async (): Promise<void> => {
        if (lines.length > 0) await file.write(`${lines.join('\r\n')}\r\n`);
        lines = [];
      };
      for (const row of rows) {
        lines.push(row.map(cellOf).join());
        if (lines.length >= 10_000) await flush();
      }
      await flush();
    } finally {
      await file.close();
    }
  });
}

function cellOf(value: Cell): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
