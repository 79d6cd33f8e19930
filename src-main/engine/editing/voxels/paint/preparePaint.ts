import type { EditRequest, PaintTool } from '#contract/routes/edits.ts';
import type { EditChange, TableChange } from '#domain/editChange.ts';
import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, boxShape, growBox, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import type { EditContext, PreparedEdit } from '#engine/editing/prepareEdit.ts';
import { KEEP } from '../voxelPatch.ts';
import type { VoxelPatch } from '../voxelPatch.ts';

import { boxOfBrush, brushMask } from './brushMask.ts';
import { changedVoxels } from './changedVoxels.ts';
import type { ChangedVoxels } from './changedVoxels.ts';
import { fillMask } from './fillMask.ts';
import { handOver } from './handOver.ts';
import { interpolateMask } from './interpolateMask.ts';
import { lassoMask } from './lassoMask.ts';
import { PLANE_AXES } from './paintPlane.ts';
import { repairTables } from './repairTables.ts';
import type { VoxelMask } from './voxelMask.ts';

type PaintRequest = Extract<EditRequest, { kind: 'paint' }>;

/** Voxels of the box that one stroke may touch: 256^3, a second of work and 64 MiB of labels. */
const MOST_PAINT_VOXELS = 2 ** 24;
const FILL_REACH: Zyx = [128, 128, 128];

/**
 * What a stroke changes: voxels, the rows of the supervoxels and contacts about them, and what supervoxels that are gone leave behind. A
 * supervoxel that is painted into pieces stays one: a split parts them.
 *
 * @throws FascicleError 'bad-request' for a stroke that changes nothing, is too large, or names what is not there
 */
export async function preparePaint(
  context: EditContext,
  request: PaintRequest,
  signal?: AbortSignal,
): Promise<Omit<PreparedEdit, 'link' | 'alternatives' | 'divides'>> {
  const { stroke, over, place } = request;
  const mask = await maskOf(context, stroke, targetOf(context, request.target), signal);
  requireBox(mask.window);
  const painted = { mask, target: request.target, over, place };
  const prepared = await preparePainted(context, painted, signal, WORDS[stroke.tool]);
  if (prepared === null) throw nothingChanges(request);
  return prepared;
}

/** Voxels that get a supervoxel, whatever tool took them. */
export interface PaintedVoxels extends Pick<PaintRequest, 'target' | 'over' | 'place'> {
  readonly mask: VoxelMask;
}

/**
 * What it changes when voxels are given to a supervoxel, to a new one or to none; null where all of it is so already.
 *
 * @param word what is done, for the summary
 * @throws FascicleError 'bad-request' where the supervoxel is not there
 */
export async function preparePainted(
  context: EditContext,
  { mask, target: wanted, over, place }: PaintedVoxels,
  signal?: AbortSignal,
  word: string = WORDS.brush,
): Promise<Omit<PreparedEdit, 'link' | 'alternatives' | 'divides'> | null> {
  const { live, sources } = context;
  const target = targetOf(context, wanted);
  const labels = await sources.labels(mask.window, signal);
  const patch = patchOf(mask, labels, target, maySet(context, over));
  const changed = changedVoxels(patch, labels);
  if (changed === null) return null;
  const tables = await repairTables(
    {
      ...{ sources, shape: live.shape },
      rowOf: (id) => (id >= live.assignment.length ? null : context.rowOf(id)),
      edgesOf: (id) => live.edgeRowsOf(id),
    },
    patch,
    changed,
    signal,
  );
  return {
    kind: 'paint',
    summary: summaryOf(context, wanted, word, changed),
    change: withHandOver(context, tables),
    place: place ?? mapZyx((axis) => Math.floor((changed.box.min[axis] + changed.box.max[axis]) / 2)),
    anchor: typeof wanted === 'number' ? wanted : null,
    voxels: [patch],
  };
}

/** The supervoxel that the voxels get; 0 for none. */
function targetOf({ live }: EditContext, target: PaintRequest['target']): number {
  if (target === 'none') return 0;
  if (target === 'new') return live.assignment.length;
  live.segmentOf(target);
  return target;
}

function withHandOver({ live, factOf }: EditContext, tables: TableChange): EditChange {
  const gone = tables.supervoxels.flatMap(({ before, after }) => (after === null ? [before!.id] : []));
  if (gone.length === 0) return { tables };
  const { steps, decisions, facts } = handOver(live, gone, factOf);
  return { tables: { ...tables, steps }, decisions, ...(facts.length > 0 && { facts }) };
}

async function maskOf(
  { live, sources, voxelSizeNm, rowOf }: EditContext,
  stroke: PaintTool,
  target: number,
  signal: AbortSignal | undefined,
): Promise<VoxelMask> {
  const { shape } = live;
  const axes = stroke.plane === null ? null : PLANE_AXES[stroke.plane];
  switch (stroke.tool) {
    case 'brush': {
      const brush = { points: stroke.points, radiusNm: stroke.radiusNm, axes };
      requireBox(boxOfBrush(brush, await voxelSizeNm(), shape));
      return brushMask(brush, await voxelSizeNm(), shape);
    }
    case 'lasso':
      return lassoMask(stroke.points, axes!, shape);
    case 'fill': {
      const voxel = mapZyx((axis) => Math.floor(stroke.voxel[axis]));
      const window = windowOfFill(voxel, stroke, shape);
      requireBox(window);
      return fillMask(await sources.labels(window, signal), window, voxel, { signal });
    }
    case 'interpolate': {
      if (target === 0 || target >= live.assignment.length)
        throw new FascicleError('bad-request', 'Choose the supervoxel that was painted in both slices.');
      const [first, last] = [...stroke.slices].sort((a, b) => a - b);
      const { boxMin, boxMax } = rowOf(target);
      const { normal } = axes!;
      const window = intersectBoxes(
        {
          min: mapZyx((axis) => (axis === normal ? first : boxMin[axis])),
          max: mapZyx((axis) => (axis === normal ? last + 1 : boxMax[axis])),
        },
        boxOfShape(shape),
      );
      requireBox(window);
      if (boxShape(window)[normal] < 3)
        throw new FascicleError(
          'bad-request',
          'There is no slice between these two. Paint in two slices further apart.',
        );
      const inShape = Uint8Array.from(await sources.labels(window, signal), (label) => (label === target ? 1 : 0));
      return interpolateMask(inShape, window, axes!, await voxelSizeNm(), { signal });
    }
  }
}

function windowOfFill(voxel: Zyx, stroke: Extract<PaintTool, { tool: 'fill' }>, shape: Zyx): Box {
  const bounds = boxOfShape(shape);
  const isInside = ([0, 1, 2] as const).every((axis) => voxel[axis] >= 0 && voxel[axis] < shape[axis]);
  const box = stroke.box ?? growBox({ min: voxel, max: voxel }, FILL_REACH, bounds);
  const flat =
    stroke.plane === null
      ? box
      : {
          min: mapZyx((axis) => (axis === PLANE_AXES[stroke.plane!].normal ? voxel[axis] : box.min[axis])),
          max: mapZyx((axis) => (axis === PLANE_AXES[stroke.plane!].normal ? voxel[axis] + 1 : box.max[axis])),
        };
  const window = intersectBoxes(flat, bounds);
  const holds = ([0, 1, 2] as const).every((axis) => voxel[axis] >= window.min[axis] && voxel[axis] < window.max[axis]);
  if (!isInside || !holds)
    throw new FascicleError(
      'bad-request',
      'The place to fill lies outside of the volume or of the box. Choose one within.',
    );
  return window;
}

function requireBox(window: Box): void {
  const voxels = voxelCount(boxShape(window));
  if (voxels === 0) throw new FascicleError('bad-request', 'The stroke lies outside of the volume. Begin it within.');
  if (voxels > MOST_PAINT_VOXELS)
    throw new FascicleError(
      'bad-request',
      `The stroke reaches over a box of ${boxShape(window).join(' x ')} voxels (z, y, x), more than ${MOST_PAINT_VOXELS} at once. ` +
        'Paint it in several strokes, or with a smaller brush.',
    );
}

/** Whether a voxel with a label may be set. */
function maySet({ live }: EditContext, over: PaintRequest['over']): (label: number) => boolean {
  if (over === 'all') return () => true;
  if (over === 'background') return (label) => label === 0;
  const segment = live.segmentOf(over.object);
  return (label) => label !== 0 && live.assignment[label] === segment;
}

function patchOf(
  { window, voxels }: VoxelMask,
  labels: Uint32Array,
  target: number,
  isAllowed: (label: number) => boolean,
): VoxelPatch {
  return { window, labels: labels.map((label, i) => (voxels[i] === 1 && isAllowed(label) ? target : KEEP)) };
}

function nothingChanges({ target, over }: PaintRequest): FascicleError {
  const way =
    target === 'none'
      ? 'there is nothing to erase here'
      : over === 'background'
        ? 'all of it belongs to objects already; paint over everything to take voxels from them'
        : 'all of it is so already';
  return new FascicleError('bad-request', `The stroke changes nothing: ${way}.`);
}

const WORDS = { brush: 'Paint', lasso: 'Lasso', fill: 'Fill', interpolate: 'Fill between slices of' } as const;

function summaryOf(
  { live }: EditContext,
  target: PaintRequest['target'],
  word: string,
  { voxels }: ChangedVoxels,
): string {
  const amount = `${voxels} voxel${voxels === 1 ? '' : 's'}`;
  if (target === 'none') return `Erase ${amount}`;
  if (target === 'new') return `New object ${live.assignment.length}: ${amount}`;
  return `${word} ${live.segmentOf(target)}: ${amount}`;
}
