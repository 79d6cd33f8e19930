/** Mapping of label volumes through tables, and between arbitrary ids and the dense ids of a project. */
import { runNative, type NativeOptions } from './addon.ts';

/**
 * Writes `table[labels[i]]` to `out[i]`. Any array order; `out` may be `labels` itself.
 *
 * @param table one entry per label from 0 on; a `BigUint64Array` restores original 64-bit ids
 * @param out as long as `labels`, of the type of `table`
 * @throws FascicleError 'bad-request' when a label has no entry; `out` is then partly written
 */
export function relabel(
  labels: Uint32Array,
  ...[table, out, options]:
    | [table: Uint32Array, out: Uint32Array, options?: NativeOptions]
    | [table: BigUint64Array, out: BigUint64Array, options?: NativeOptions]
): Promise<void> {
  return runNative('relabel', { labels, table, out }, options);
}

/** The distinct ids of a block of labels, ascending, without 0. */
export function distinctIds<Ids extends Uint32Array | BigUint64Array>(
  labels: Ids,
  options?: NativeOptions,
): Promise<Ids> {
  return runNative('distinctIds', { labels }, options);
}

/**
 * Writes `1 + position of labels[i] in ids` to `out[i]`, and 0 for 0.
 *
 * @param ids ascending, every non-zero id that occurs: `distinctIds` of all blocks, united
 * @param out as long as `labels`
 * @throws FascicleError 'bad-request' when an id is not in `ids`; `out` is then partly written
 */
export function toDenseIds<Ids extends Uint32Array | BigUint64Array>(
  labels: Ids,
  ids: Ids,
  out: Uint32Array,
  options?: NativeOptions,
): Promise<void> {
  return runNative('toDenseIds', { labels, ids, out }, options);
}
