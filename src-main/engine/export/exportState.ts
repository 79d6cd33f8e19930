import { FascicleError } from '#domain/errors.ts';
import { foldChanges } from '#domain/editState.ts';
import type { EditState } from '#domain/editState.ts';
import type { FactKey } from '#domain/editChange.ts';
import { holdingFirst } from '#domain/holdingFirst.ts';
import { addZyx, boxOfShape, mapZyx } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { SupervoxelTable } from '#domain/tables.ts';
import { assignmentAtState } from '#engine/project/assignment.ts';
import { changesTo, readEditLog } from '#engine/project/editLog.ts';
import type { EditLog } from '#engine/project/editLog.ts';
import type { Project } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { readSupervoxels } from '#engine/project/tables.ts';
import { SOURCE_ROLES, readSourceVolume } from '#engine/project/volumes.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { openVolume } from '#volumes/openVolume.ts';

/** Everything of a project that an export is made from, as it was at one revision. */
export interface ExportState {
  readonly log: EditLog;
  readonly state: EditState;
  /** The segment of every supervoxel, element 0 is 0: what the screen shows. */
  readonly assignment: Uint32Array;
  readonly supervoxels: SupervoxelTable;
  readonly sources: readonly SourceVolume[];
  /** z, y, x, of the project. */
  readonly shape: Zyx;
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** Where voxel 0 of the project lies in the volume it was made from, z, y, x in voxels. */
  readonly origin: Zyx;
  /** Where that volume begins in space, z, y, x in nm: 0 where it does not say, or the voxel size is not known. */
  readonly startNm: Zyx;
  /** Names, states and notes of segments. */
  readonly facts: Readonly<Record<FactKey, ReadonlyMap<number, string>>>;
  /** Ids of all segments, rising. */
  readonly segments: Uint32Array;
}

/**
 * Reads the state of a project.
 *
 * @param project best one whose database is held at one state, see `openSnapshot`
 * @throws FascicleError 'not-found' before the segmentation is finished
 */
export async function readExportState(project: Project): Promise<ExportState> {
  requireSegmentation(project);
  const { database, paths } = project;
  const log = readEditLog(database);
  const state = foldChanges(changesTo(log));
  const assignment = await assignmentAtState(project, state);
  const supervoxels = readSupervoxels(database);
  const sources = SOURCE_ROLES.flatMap((role) => readSourceVolume(database, role) ?? []);
  const reader = await openVolume(paths.supervoxels, { role: 'labels' });
  const { shape, voxelSizeNm } = reader.info;
  await reader.close();
  return {
    ...{ log, state, assignment, supervoxels, sources, shape, voxelSizeNm },
    origin: sources[0]?.region.min ?? [0, 0, 0],
    startNm: (voxelSizeNm && sources.find(({ info }) => info.startNm)?.info.startNm) ?? [0, 0, 0],
    facts: factsOfSegments(state, assignment, supervoxels.sizes),
    segments: assignment.filter((segment, id) => id > 0 && segment === id),
  };
}

/** The facts of segments by the rule of the window. */
function factsOfSegments(
  { facts, traits }: EditState,
  assignment: Uint32Array,
  sizes: Float64Array,
): ExportState['facts'] {
  const fold = (written: ReadonlyMap<number, string>): Map<number, string> => {
    const notes = [...written].map(([supervoxel, value]) => ({ supervoxel, value }));
    const folded = new Map<number, string>();
    for (const { supervoxel, value } of holdingFirst(notes, { assignment, sizes, traits })) {
      const segment = assignment[supervoxel] ?? 0;
      if (segment !== 0 && !folded.has(segment)) folded.set(segment, value);
    }
    return folded;
  };
  return { name: fold(facts.name), status: fold(facts.status), note: fold(facts.note) };
}

/** The box that is exported. @throws FascicleError 'bad-request' where it does not lie in the project */
export function exportBox({ shape }: Pick<ExportState, 'shape'>, region: Box | null): Box {
  if (region === null) return boxOfShape(shape);
  const isInside = [0, 1, 2].every(
    (axis) => region.min[axis]! >= 0 && region.max[axis]! <= shape[axis]! && region.min[axis]! < region.max[axis]!,
  );
  if (isInside) return region;
  throw new FascicleError(
    'bad-request',
    `The region ${[0, 1, 2].map((axis) => `${region.min[axis]}:${region.max[axis]}`).join()} does not lie in the project, ` +
      `which has ${shape.join(' x ')} voxels (z, y, x).`,
  );
}

/** Where a box of the project lies in the source volume, z, y, x in voxels. */
export function sourceOffset({ origin }: Pick<ExportState, 'origin'>, { min }: Box): Zyx {
  return addZyx(origin, min);
}

/** Where a box of the project lies in space, z, y, x in voxels; they need not be whole where the source begins between voxels. */
export function spaceOffset(state: Pick<ExportState, 'origin' | 'startNm' | 'voxelSizeNm'>, box: Box): Zyx {
  const { startNm, voxelSizeNm } = state;
  return addZyx(
    sourceOffset(state, box),
    mapZyx((axis) => startNm[axis] / (voxelSizeNm?.[axis] ?? 1)),
  );
}

/** The same in nm; voxels where their size is not known. */
export function offsetNm(offset: Zyx, voxelSizeNm: VoxelSizeNm | null): Zyx {
  return mapZyx((axis) => offset[axis] * (voxelSizeNm?.[axis] ?? 1));
}
