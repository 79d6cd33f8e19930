/** Edits as the log writes them, and as the native state takes them. */
import type { Cut, DecisionChange, EdgeRow, SupervoxelPair, SupervoxelRow, TableChange } from '#domain/editChange.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Zyx } from '#domain/geometry.ts';
import { checkCut } from '#engine/project/edits.ts';
import type { DecisionChange as NativeDecisions, NativeLiveSegmentation } from '#native/liveSegmentation.ts';
import type { ForestChange, GraphChange, SegmentationCut } from '#native/liveSegmentation.ts';

/** @throws FascicleError 'bad-request' for a threshold outside 0..1 or a size that is no whole number from 0 */
export function toNativeCut(cut: Cut): SegmentationCut {
  checkCut(cut);
  return { threshold: cut.threshold ?? Infinity, minSize: cut.minSize };
}

export function toNativeDecisions(change: DecisionChange): Required<NativeDecisions> {
  const flat = (pairs: readonly SupervoxelPair[]): Uint32Array => {
    const ids = new Uint32Array(2 * pairs.length);
    pairs.forEach((pair, i) => ids.set(pair, 2 * i));
    return ids;
  };
  return {
    addMust: flat(change.addMust),
    removeMust: flat(change.removeMust),
    addCannot: flat(change.addCannot),
    removeCannot: flat(change.removeCannot),
    anchors: Uint32Array.from(change.thresholds, ({ anchor }) => anchor),
    thresholds: Float64Array.from(change.thresholds, ({ after }) => after ?? -1),
  };
}

/** `before` of a threshold is what `thresholdOf` says. */
export function fromNativeDecisions(
  change: Required<NativeDecisions>,
  thresholdOf: (anchor: number) => number | null,
): DecisionChange {
  const pairs = (ids: Uint32Array): SupervoxelPair[] =>
    Array.from({ length: ids.length / 2 }, (_, i) => [ids[2 * i], ids[2 * i + 1]] as const);
  return {
    addMust: pairs(change.addMust),
    removeMust: pairs(change.removeMust),
    addCannot: pairs(change.addCannot),
    removeCannot: pairs(change.removeCannot),
    thresholds: Array.from(change.anchors, (anchor, i) => ({
      anchor,
      before: thresholdOf(anchor),
      after: change.thresholds[i] < 0 ? null : change.thresholds[i],
    })),
  };
}

/**
 * @param shape that of the volume, z, y, x
 * @throws FascicleError 'conflict' when a row to be replaced is not there
 */
export function toNativeTables(
  { supervoxels, edges, steps }: TableChange,
  native: NativeLiveSegmentation,
  shape: Zyx,
): ForestChange & GraphChange {
  // New ids must come in order, vacant ones have no voxels.
  const places = [...supervoxels].map(({ before, after }) => after ?? vacant(before!)).sort((a, b) => a.id - b.id);
  const ended = edges.flatMap(({ before }) => (before === null ? [] : [findEdge(native, before)]));
  const begun = edges.flatMap(({ after }) => (after === null ? [] : [after]));
  const moves = steps.flatMap(({ step, before, after }) =>
    before.flatMap((from, end) => (from === after[end] ? [] : [step, from, after[end]])),
  );
  return {
    stepMoves: Uint32Array.from(moves),
    sizeIds: Uint32Array.from(places, ({ id }) => id),
    sizes: Float64Array.from(places, ({ size }) => size),
    endedEdges: Uint32Array.from(ended),
    u: Uint32Array.from(begun, ({ u }) => u),
    v: Uint32Array.from(begun, ({ v }) => v),
    affinitySum: BigUint64Array.from(begun, ({ affinitySum }) => BigInt(affinitySum)),
    contactArea: Uint32Array.from(begun, ({ contactArea }) => contactArea),
    affinityMax: Uint32Array.from(begun, ({ affinityMax }) => affinityMax),
    contactVoxel: BigUint64Array.from(begun, ({ contact }) => BigInt(voxelIndex(contact, shape))),
    placeIds: Uint32Array.from(places, ({ id }) => id),
    placeBoxes: Int32Array.from(places.flatMap(({ boxMin, boxMax }) => [...boxMin, ...boxMax])),
    placeCentroids: Float64Array.from(places.flatMap(({ centroid }) => centroid)),
  };
}

const vacant = (row: SupervoxelRow): SupervoxelRow => ({ ...row, size: 0 });

export function voxelIndex([z, y, x]: Zyx, [, rows, columns]: Zyx): number {
  return (z * rows + y) * columns + x;
}

export function voxelPosition(index: bigint, [, rows, columns]: Zyx): Zyx {
  const voxel = Number(index);
  const line = Math.floor(voxel / columns);
  const z = Math.floor(line / rows);
  return [z, line - z * rows, voxel - line * columns];
}

function findEdge(native: NativeLiveSegmentation, { u, v }: EdgeRow): number {
  const ids = native.edgesOf(u);
  const others = native.edges(ids);
  const at = ids.findIndex((_, i) => others.u[i] === u && others.v[i] === v);
  if (at < 0) {
    throw new FascicleError(
      'conflict',
      `Supervoxels ${u} and ${v} have no contact that could be replaced; the project has changed since.`,
    );
  }
  return ids[at];
}
