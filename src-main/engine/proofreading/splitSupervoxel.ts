/**
 * Dividing a supervoxel between seeds that lie in it: what a split needs first when its seeds share a supervoxel. Reads voxels and
 * proposes; changes nothing.
 */
import { NO_DECISIONS } from '#domain/editChange.ts';
import type { DecisionChange, EdgeRow, SupervoxelPair, SupervoxelRow, TableChange } from '#domain/editChange.ts';
import { boxOfShape, boxShape, growBox, mapZyx } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { EdgeTable } from '#domain/tables.ts';
import type { AffinityArray } from '#engine/segmentation/affinitySource.ts';
import type { NativeOptions } from '#native/addon.ts';
import { splitSupervoxel } from '#native/supervoxelSplit.ts';
import type { SplitSeed, SupervoxelParts } from '#native/supervoxelSplit.ts';

import type { LiveSegmentation } from './liveSegmentation.ts';
import { voxelPosition } from './nativeChange.ts';

export type { SplitSeed } from '#native/supervoxelSplit.ts';

/** Where the voxels come from; boxes lie inside the volume. */
export interface SplitSources {
  /** The supervoxel of every voxel, as the project has them now. */
  labels(box: Box, signal?: AbortSignal): Promise<Uint32Array>;
  /** The affinities that the region graph was made from: 3 x box. */
  affinities(box: Box, signal?: AbortSignal): Promise<AffinityArray>;
}

export interface SupervoxelPart {
  /** The largest part keeps the supervoxel's id, the others get new ones. */
  readonly id: number;
  /** Side of the seeds that it grew from. */
  readonly side: number;
  readonly voxels: number;
}

export interface SupervoxelDivision {
  readonly supervoxel: number;
  /** By rising side; several of one side where its voxels do not hang together. */
  readonly parts: readonly SupervoxelPart[];
  /** Those that hold a seed. */
  readonly seededParts: readonly SupervoxelPart[];
  /** The part of each seed, as supervoxel id. */
  readonly seedParts: readonly number[];
  /** The rows to replace. */
  readonly tables: TableChange;
  /** Links and merge steps go to the part with the strongest contact to their other end. */
  readonly decisions: DecisionChange;
  /** Must-links along the parts' contacts that would keep them in one segment; no merge step joins them. */
  readonly together: readonly SupervoxelPair[];
  readonly window: Box;
  /** New id of every voxel of the supervoxel in the window, 0 elsewhere. */
  readonly labels: Uint32Array;
}

/** Voxels of a division, worked out; nothing of it depends on the segments. */
export interface ComputedParts {
  readonly found: SupervoxelParts;
  /** Supervoxel id of each part. */
  readonly ids: readonly number[];
  readonly firstPart: number;
  readonly seedParts: readonly number[];
  readonly window: Box;
  readonly labels: Uint32Array;
}

/**
 * Reads the voxels of `row.id` and divides them so that seeds of different sides lie in different parts.
 *
 * @param row the supervoxel as the project has it
 * @param seeds at least one for each of two sides, all in the supervoxel
 * @param firstNew the id of the first new supervoxel: above all that there are
 * @throws FascicleError 'bad-request' for a seed outside the supervoxel or a voxel seeded for two sides, 'cancelled'
 */
export async function computeParts(
  { shape, voxelSizeNm }: Pick<LiveSegmentation, 'shape' | 'voxelSizeNm'>,
  sources: SplitSources,
  row: SupervoxelRow,
  seeds: readonly SplitSeed[],
  firstNew: number,
  options: NativeOptions = {},
): Promise<ComputedParts> {
  const window = growBox({ min: row.boxMin, max: row.boxMax }, [1, 1, 1], boxOfShape(shape));
  const [labels, affinities] = await Promise.all([
    sources.labels(window, options.signal),
    sources.affinities(window, options.signal),
  ]);
  const voxelParts = new Uint32Array(labels.length);
  const block = { window, shape, stepLengths: stepLengthsOf(voxelSizeNm), labels, affinities };
  const found = await splitSupervoxel(block, row.id, seeds, firstNew, voxelParts, options);
  const ids = idsOfParts(found.sizes, row.id, firstNew);
  const [, rows, columns] = boxShape(window);
  const partAt = ([z, y, x]: Zyx): number => {
    const line = (z - window.min[0]) * rows + y - window.min[1];
    return ids[voxelParts[line * columns + x - window.min[2]] - 1];
  };
  return {
    ...{ found, ids, firstPart: firstNew, window },
    seedParts: seeds.map(({ voxel }) => partAt(voxel)),
    labels: voxelParts.map((part) => (part === 0 ? 0 : ids[part - 1])),
  };
}

/** Sides of a voxel in units of the shortest, as whole numbers, which make the division the same everywhere. */
function stepLengthsOf(voxelSizeNm: VoxelSizeNm | null): Zyx {
  if (voxelSizeNm === null) return [1, 1, 1];
  const shortest = Math.min(...voxelSizeNm);
  return mapZyx((axis) => Math.min(255, Math.round(voxelSizeNm[axis] / shortest)));
}

/** What a division means for the tables and the decisions, on the segments as they are. */
export function describeDivision(
  live: LiveSegmentation,
  row: SupervoxelRow,
  { found, ids, firstPart, seedParts, window, labels }: ComputedParts,
): SupervoxelDivision {
  const edges = edgesOfParts(found.edges, ids, firstPart, live.shape);
  const strongest = strongestParts(edges, new Set(ids));
  const parts = ids.map((id, i) => ({ id, side: found.side[i], voxels: found.sizes[i] }));
  return {
    ...{ supervoxel: row.id, parts, seedParts, window, labels },
    seededParts: parts.filter(({ id }) => seedParts.includes(id)),
    tables: {
      supervoxels: ids.map((id, i) => {
        const part = rowOfPart(id, found, i);
        // The imported id stays with the part that keeps the supervoxel's own.
        return id === row.id
          ? { before: row, after: row.originalId === undefined ? part : { ...part, originalId: row.originalId } }
          : { before: null, after: part };
      }),
      edges: replacedRows(rowsOf(live.edgeRowsOf(row.id), live.shape), edges),
      steps: movedSteps(live, row.id, strongest),
    },
    decisions: movedLinks(live, row.id, strongest),
    together: spanningLinks(ids, edges),
  };
}

/** Contacts between the parts that join them all, as a tree; a part without any is linked to the first. */
function spanningLinks(ids: readonly number[], edges: readonly EdgeRow[]): SupervoxelPair[] {
  const group = new Map(ids.map((id) => [id, id]));
  const links: SupervoxelPair[] = [];
  const join = (u: number, v: number): void => {
    const [a, b] = [group.get(u), group.get(v)];
    if (a === undefined || b === undefined || a === b) return;
    for (const [id, of] of group) if (of === b) group.set(id, a);
    links.push([u, v]);
  };
  for (const { u, v } of edges) join(u, v);
  for (const id of ids) join(ids[0], id);
  return links;
}

function idsOfParts(sizes: Float64Array, supervoxel: number, firstNew: number): number[] {
  const largest = sizes.indexOf(Math.max(...sizes));
  let next = firstNew;
  return Array.from(sizes, (_, i) => (i === largest ? supervoxel : next++));
}

function rowOfPart(id: number, { sizes, boxes, coordinateSums }: SupervoxelParts, part: number): SupervoxelRow {
  return {
    id,
    size: sizes[part],
    boxMin: mapZyx((axis) => boxes[6 * part + axis]),
    boxMax: mapZyx((axis) => boxes[6 * part + 3 + axis]),
    centroid: mapZyx((axis) => Number(coordinateSums[3 * part + axis]) / sizes[part]),
  };
}

/** The edges with the parts' final ids, by rising (u, v). */
function edgesOfParts(table: EdgeTable, ids: readonly number[], firstPart: number, shape: Zyx): EdgeRow[] {
  const idOf = (id: number): number => (id < firstPart ? id : ids[id - firstPart]);
  return rowsOf(table, shape)
    .map((edge) => {
      const [a, b] = [idOf(edge.u), idOf(edge.v)];
      return { ...edge, u: Math.min(a, b), v: Math.max(a, b) };
    })
    .sort((a, b) => a.u - b.u || a.v - b.v);
}

/** One change for each pair of supervoxels that touched before or touch afterwards. */
function replacedRows(before: readonly EdgeRow[], after: readonly EdgeRow[]): TableChange['edges'] {
  const changes = new Map<string, { before: EdgeRow | null; after: EdgeRow | null }>();
  for (const row of before) changes.set(`${row.u} ${row.v}`, { before: row, after: null });
  for (const row of after) {
    const known = changes.get(`${row.u} ${row.v}`);
    if (known) known.after = row;
    else changes.set(`${row.u} ${row.v}`, { before: null, after: row });
  }
  return [...changes.values()];
}

function rowsOf(table: Omit<EdgeTable, 'affinityUnit'>, shape: Zyx): EdgeRow[] {
  const { u, v, affinitySum, contactArea, affinityMax, contactVoxel } = table;
  return Array.from(u, (_, i) => ({
    u: u[i],
    v: v[i],
    affinitySum: Number(affinitySum[i]),
    contactArea: contactArea[i],
    affinityMax: affinityMax[i],
    contact: voxelPosition(contactVoxel[i], shape),
  }));
}

/** For every neighbour the part that touches it most strongly; among equals the larger contact, then the lower id. */
function strongestParts(edges: readonly EdgeRow[], parts: ReadonlySet<number>): Map<number, number> {
  const best = new Map<number, { part: number; edge: EdgeRow }>();
  for (const edge of edges) {
    if (parts.has(edge.u) && parts.has(edge.v)) continue;
    const [part, neighbour] = parts.has(edge.u) ? [edge.u, edge.v] : [edge.v, edge.u];
    const known = best.get(neighbour)?.edge;
    const isBetter =
      known === undefined ||
      edge.affinityMax > known.affinityMax ||
      (edge.affinityMax === known.affinityMax && edge.contactArea > known.contactArea);
    if (isBetter) best.set(neighbour, { part, edge });
  }
  return new Map([...best].map(([neighbour, { part }]) => [neighbour, part]));
}

function movedSteps(
  live: LiveSegmentation,
  supervoxel: number,
  strongest: ReadonlyMap<number, number>,
): TableChange['steps'] {
  const { steps, others, isU } = live.stepsOf(supervoxel);
  return Array.from(steps, (step, i) => {
    const ends = (end: number): SupervoxelPair => (isU[i] === 1 ? [end, others[i]] : [others[i], end]);
    return { step, before: ends(supervoxel), after: ends(strongest.get(others[i]) ?? supervoxel) };
  }).filter(({ before, after }) => before[0] !== after[0] || before[1] !== after[1]);
}

function movedLinks(
  live: LiveSegmentation,
  supervoxel: number,
  strongest: ReadonlyMap<number, number>,
): DecisionChange {
  const { must, cannot } = live.decisionsOf(supervoxel);
  const moved = (others: Uint32Array): number[] =>
    [...others].filter((other) => (strongest.get(other) ?? supervoxel) !== supervoxel);
  const taken = (others: Uint32Array): SupervoxelPair[] => moved(others).map((other) => [supervoxel, other]);
  const given = (others: Uint32Array): SupervoxelPair[] => moved(others).map((other) => [strongest.get(other)!, other]);
  return {
    ...NO_DECISIONS,
    removeMust: taken(must),
    addMust: given(must),
    removeCannot: taken(cannot),
    addCannot: given(cannot),
  };
}
