import type { ExportRequest } from '#contract/routes/exports.ts';
import { FascicleError } from '#domain/errors.ts';

import type { ExportState } from './exportState.ts';

export type LabelChoice = NonNullable<ExportRequest['labels']>;

/** The ids that voxels get, by supervoxel. */
export interface LabelTable {
  readonly table: Uint32Array | BigUint64Array;
  /** Segments whose voxels became the ignored id. */
  readonly ignored: number;
}

/** The highest id of a type, which is the usual one for voxels to be ignored. */
export const HIGHEST_ID = { uint32: 2n ** 32n - 1n, uint64: 2n ** 64n - 1n } as const;

/** Segments are reviewed once somebody has marked them done. */
export function isReviewed({ facts }: Pick<ExportState, 'facts'>, segment: number): boolean {
  return facts.status.get(segment) === 'done';
}

/**
 * What a segment is called outside. A segment has the id of its smallest supervoxel; as original id it takes the one that this supervoxel
 * came with. Supervoxels have different original ids, so no two segments share one.
 *
 * @throws FascicleError 'bad-request' for original ids of a project that came with none
 */
export function exportedIds(
  { supervoxels }: Pick<ExportState, 'supervoxels'>,
  ids: LabelChoice['ids'],
): (segment: number) => bigint {
  if (ids === 'dense') return (segment) => BigInt(segment);
  const { originalIds } = supervoxels;
  if (originalIds === null)
    throw new FascicleError(
      'bad-request',
      'This project was not made from labels, so there are no original ids. Export its own ids (dense).',
    );
  return (segment) => originalIds[segment - 1]!;
}

/**
 * The table from supervoxel to exported id; background stays 0.
 *
 * @throws FascicleError 'unsupported' for ids that do not fit the type; 'bad-request' for an ignored id that a segment has
 */
export function labelTable(state: ExportState, choice: Pick<LabelChoice, 'ids' | 'type' | 'ignoreId'>): LabelTable {
  const idOf = exportedIds(state, choice.ids);
  const highest = HIGHEST_ID[choice.type];
  const ignoreId = choice.ignoreId === null ? null : BigInt(choice.ignoreId);
  if (ignoreId !== null && ignoreId > highest) throw tooLarge(ignoreId, choice.type);
  const bySegment = new Map<number, bigint>();
  let ignored = 0;
  for (const segment of state.segments) {
    const id = idOf(segment);
    if (id > highest) throw tooLarge(id, choice.type);
    if (id === ignoreId)
      throw new FascicleError(
        'bad-request',
        `Segment ${segment} has the id ${id}, which was chosen for voxels to be ignored. Choose another one, e.g. ${highest}.`,
      );
    const isIgnored = ignoreId !== null && !isReviewed(state, segment);
    if (isIgnored) ignored++;
    bySegment.set(segment, isIgnored ? ignoreId : id);
  }
  const { assignment } = state;
  const of = (segment: number): bigint => bySegment.get(segment) ?? 0n;
  const table =
    choice.type === 'uint64' ? widen(assignment, of) : Uint32Array.from(assignment, (segment) => Number(of(segment)));
  return { table, ignored };
}

function tooLarge(id: bigint, type: string): FascicleError {
  return new FascicleError(
    'unsupported',
    `The id ${id} does not fit ${type}. Export uint64, or the project's own ids (dense), which always fit.`,
  );
}

function widen(assignment: Uint32Array, of: (segment: number) => bigint): BigUint64Array {
  const table = new BigUint64Array(assignment.length);
  for (let id = 1; id < table.length; id++) table[id] = of(assignment[id]!);
  return table;
}
