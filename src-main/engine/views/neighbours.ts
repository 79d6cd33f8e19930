import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Neighbour } from '#contract/routes/segments.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { throwIfCancelled } from '#volumes/fileErrors.ts';

/** Supervoxels whose edges are read before other requests get their turn. */
const SUPERVOXELS_PER_TURN = 200;

/** The edges of one supervoxel, whichever side it is on. Exported for the test of its plan. */
export const EDGES_OF = `
  SELECT v AS other, affinity_sum, contact_area, affinity_max, contact_z, contact_y, contact_x FROM edges WHERE u = :id
  UNION ALL
  SELECT u, affinity_sum, contact_area, affinity_max, contact_z, contact_y, contact_x FROM edges WHERE v = :id`;

type EdgeRow = readonly [
  other: number,
  affinitySum: number,
  contactArea: number,
  affinityMax: number,
  z: number,
  y: number,
  x: number,
];

interface Contact {
  sum: number;
  area: number;
  max: number;
  place: readonly [number, number, number];
}

/**
 * The segments that touch one, largest contact first, and smaller ids first among equals.
 *
 * A contact is counted in pairs of voxels that touch. Its area takes every pair for the mean of the three faces of a voxel: exact where
 * voxels are cubes, an estimate where they are not, since the graph does not keep contacts apart by axis.
 *
 * @param assignment the segment of every supervoxel; element 0 is 0
 * @param unit the integer that stands for affinity 1
 * @param voxelSizeNm null where it is not known: areas then count voxels as 1 um
 */
export async function findNeighbours(
  database: ProjectDatabase,
  assignment: Uint32Array,
  segment: number,
  options: { unit: number; voxelSizeNm: VoxelSizeNm | null; limit: number; signal?: AbortSignal | undefined },
): Promise<{ total: number; neighbours: Neighbour[] }> {
  const statement = database.prepare(EDGES_OF).raw();
  const contacts = new Map<number, Contact>();
  let read = 0;
  for (let id = assignment.indexOf(segment); id >= 0; id = assignment.indexOf(segment, id + 1)) {
    for (const row of statement.iterate({ id }) as Iterable<EdgeRow>) addContact(contacts, assignment, segment, row);
    if (++read % SUPERVOXELS_PER_TURN !== 0) continue;
    await nextTurn();
    throwIfCancelled(options.signal);
  }
  const faceUm2 = meanFaceUm2(options.voxelSizeNm);
  const all = [...contacts].sort(([a, x], [b, y]) => y.area - x.area || a - b);
  const neighbours = all.slice(0, options.limit).map(([id, { sum, area, place }]) => ({
    segment: id,
    contactVoxels: area,
    contactUm2: area * faceUm2,
    score: sum / (area * options.unit),
    contact: place,
  }));
  return { total: all.length, neighbours };
}

function addContact(
  contacts: Map<number, Contact>,
  assignment: Uint32Array,
  segment: number,
  [other, sum, area, max, z, y, x]: EdgeRow,
): void {
  const id = assignment[other];
  if (id === segment || id === 0) return;
  const known = contacts.get(id);
  if (known === undefined) {
    contacts.set(id, { sum, area, max, place: [z, y, x] });
    return;
  }
  known.sum += sum;
  known.area += area;
  if (max <= known.max) return;
  known.max = max;
  known.place = [z, y, x];
}

function meanFaceUm2(voxelSizeNm: VoxelSizeNm | null): number {
  if (voxelSizeNm === null) return 1;
  const [z, y, x] = voxelSizeNm.map((size) => size / 1000);
  return (y * x + z * x + z * y) / 3;
}
