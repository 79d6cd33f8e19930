/**
 * The rows of supervoxels and contacts after voxels have changed: the same as counting the whole volume anew, from the voxels about the
 * change alone.
 */
import type { EdgeRow, RowChange, SupervoxelRow, TableChange } from '#domain/editChange.ts';
import { blocksCovering, boxOfShape, growBox, intersectBoxes, mapZyx } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { EdgeTable } from '#domain/tables.ts';
import { voxelIndex, voxelPosition } from '#engine/proofreading/nativeChange.ts';
import type { SplitSources } from '#engine/proofreading/splitSupervoxel.ts';
import { regionGraphBlock, regionGraphWindow } from '#native/regionGraph.ts';

import { applyPatch } from '../voxelPatch.ts';
import type { VoxelPatch } from '../voxelPatch.ts';

import { repairSupervoxels } from './repairSupervoxels.ts';
import type { ChangedVoxels } from './changedVoxels.ts';

export interface RepairInput {
  /** As they were before the change. */
  readonly sources: SplitSources;
  /** Of the volume, z, y, x. */
  readonly shape: Zyx;
  /** A supervoxel before the change; null for one that is new. */
  readonly rowOf: (supervoxel: number) => SupervoxelRow | null;
  /** The contacts of a supervoxel before the change. */
  readonly edgesOf: (supervoxel: number) => Omit<EdgeTable, 'affinityUnit'>;
}

/** The block in which a contact is sought at a time. */
const SEARCH_BLOCK: Zyx = [128, 128, 128];

/**
 * @param patch the voxels that change, and `changed` what they were and are
 * @returns the rows that differ; merge steps are not its affair
 */
export async function repairTables(
  input: RepairInput,
  patch: VoxelPatch,
  changed: ChangedVoxels,
  signal?: AbortSignal,
): Promise<TableChange> {
  const patched: SplitSources = {
    affinities: (box, inner) => input.sources.affinities(box, inner),
    async labels(box, inner) {
      const labels = (await input.sources.labels(box, inner)).slice();
      applyPatch(labels, box, patch);
      return labels;
    },
  };
  const supervoxels = await repairSupervoxels(input.rowOf, patched, changed, signal);
  return { supervoxels, edges: await repairEdges(input, patched, changed, supervoxels, signal), steps: [] };
}

async function repairEdges(
  input: RepairInput,
  patched: SplitSources,
  { box }: ChangedVoxels,
  supervoxels: readonly RowChange<SupervoxelRow>[],
  signal: AbortSignal | undefined,
): Promise<RowChange<EdgeRow>[]> {
  const { shape, sources } = input;
  // A voxel owns the contacts with those before it: the change reaches one voxel on.
  const block = intersectBoxes({ min: box.min, max: mapZyx((axis) => box.max[axis] + 1) }, boxOfShape(shape));
  const before = await contactsIn(sources, shape, block, signal);
  const after = await contactsIn(patched, shape, block, signal);
  const known = knownEdges(input);
  const boxes = new Map(supervoxels.map((row) => [(row.after ?? row.before)!.id, row.after]));
  const boxOf = (id: number): Box => {
    const row = boxes.has(id) ? boxes.get(id)! : input.rowOf(id)!;
    return { min: row.boxMin, max: row.boxMax };
  };
  const changes: RowChange<EdgeRow>[] = [];
  for (const pair of new Set([...before.keys(), ...after.keys()])) {
    const [gone, come] = [before.get(pair), after.get(pair)];
    const [u, v] = pair.split(' ').map(Number);
    const row = known(u, v);
    const contactArea = (row?.contactArea ?? 0) - (gone?.contactArea ?? 0) + (come?.contactArea ?? 0);
    const affinitySum = (row?.affinitySum ?? 0) - (gone?.affinitySum ?? 0) + (come?.affinitySum ?? 0);
    if (contactArea === 0) {
      changes.push({ before: row, after: null });
      continue;
    }
    const strongest =
      strongestContact(row, gone, come, block, shape) ??
      (await searchStrongest(patched, shape, [u, v], [boxOf(u), boxOf(v)], signal));
    const { affinityMax, contact } = strongest;
    const next = { u, v, affinitySum, contactArea, affinityMax, contact };
    if (row === null || !isSame(row, next)) changes.push({ before: row, after: next });
  }
  return changes;
}

/** Contacts that the voxels of a block own, by pair of supervoxels. */
async function contactsIn(
  sources: SplitSources,
  shape: Zyx,
  block: Box,
  signal: AbortSignal | undefined,
): Promise<Map<string, EdgeRow>> {
  const window = regionGraphWindow(block, shape);
  const [labels, affinities] = await Promise.all([sources.labels(window, signal), sources.affinities(block, signal)]);
  const graph = await regionGraphBlock({ labels, box: window }, { affinities, box: block }, shape, block, { signal });
  return new Map(rowsOf(graph, shape).map((row) => [`${row.u} ${row.v}`, row]));
}

function knownEdges({ edgesOf, rowOf, shape }: RepairInput): (u: number, v: number) => EdgeRow | null {
  const bySupervoxel = new Map<number, Map<number, EdgeRow>>();
  return (u, v) => {
    let edges = bySupervoxel.get(u);
    if (edges === undefined) {
      const rows = rowOf(u) === null ? [] : rowsOf(edgesOf(u), shape);
      bySupervoxel.set(u, (edges = new Map(rows.map((row) => [row.u === u ? row.v : row.u, row]))));
    }
    return edges.get(v) ?? null;
  };
}

function rowsOf(table: Omit<EdgeTable, 'affinityUnit'>, shape: Zyx): EdgeRow[] {
  return Array.from(table.u, (u, i) => ({
    u,
    v: table.v[i],
    affinitySum: Number(table.affinitySum[i]),
    contactArea: table.contactArea[i],
    affinityMax: table.affinityMax[i],
    contact: voxelPosition(table.contactVoxel[i], shape),
  }));
}

/** The strongest contact after the change where it can be told without looking further; null where it cannot. */
function strongestContact(
  row: EdgeRow | null,
  gone: EdgeRow | undefined,
  come: EdgeRow | undefined,
  block: Box,
  shape: Zyx,
): EdgeRow | null {
  const isAllInside = row === null || row.contactArea === (gone?.contactArea ?? 0);
  if (isAllInside) return come!;
  const stays = ([0, 1, 2] as const).some(
    (axis) => row.contact[axis] < block.min[axis] || row.contact[axis] >= block.max[axis],
  );
  // No contact elsewhere was stronger than the one of the row.
  if (come !== undefined && !isStronger(row, come, shape)) return come;
  return stays ? row : null;
}

/** Stronger, or as strong at a lower voxel. */
function isStronger(a: EdgeRow, b: EdgeRow, shape: Zyx): boolean {
  return (
    a.affinityMax > b.affinityMax ||
    (a.affinityMax === b.affinityMax && voxelIndex(a.contact, shape) < voxelIndex(b.contact, shape))
  );
}

/** The strongest of all contacts of two supervoxels, sought where their boxes meet. */
async function searchStrongest(
  patched: SplitSources,
  shape: Zyx,
  [u, v]: readonly [number, number],
  [boxU, boxV]: readonly [Box, Box],
  signal: AbortSignal | undefined,
): Promise<EdgeRow> {
  const bounds = boxOfShape(shape);
  const meeting = intersectBoxes(growBox(boxU, [1, 1, 1], bounds), growBox(boxV, [1, 1, 1], bounds));
  let strongest: EdgeRow | null = null;
  for (const block of blocksCovering(meeting, SEARCH_BLOCK)) {
    const found = (await contactsIn(patched, shape, block, signal)).get(`${u} ${v}`);
    if (found && (strongest === null || isStronger(found, strongest, shape))) strongest = found;
  }
  return strongest!;
}

function isSame(a: EdgeRow, b: EdgeRow): boolean {
  return (
    a.affinitySum === b.affinitySum &&
    a.contactArea === b.contactArea &&
    a.affinityMax === b.affinityMax &&
    a.contact.every((value, axis) => value === b.contact[axis])
  );
}
