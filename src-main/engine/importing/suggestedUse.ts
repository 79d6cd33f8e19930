import type { DatasetInfo } from '#contract/routes/volumes.ts';
import type { DatasetDescription } from '#volumes/describe.ts';

const AFFINITY_NAMES = /aff/i;
const LABEL_NAMES = /label|seg|neuron_ids|instance|supervoxel|ground.?truth|(^|[/_])gt($|[/_])|annot|watershed/i;
const IGNORED_NAMES = /mask|cleft|foreground|boundar|(^|\/)(thumbnail|preview)$/i;
const WHOLE_NUMBERS = /^u?int(8|16|32|64)$/;
const ID_TYPES = /^u?int(32|64)$/;

/** What a dataset looks like from its name, type and channels. The user may say otherwise. */
export function suggestedUse({
  name,
  shape,
  channels,
  type,
}: Pick<DatasetDescription, 'name' | 'shape' | 'channels' | 'type'>): DatasetInfo['suggestedUse'] {
  if (shape === null || channels === null) return 'ignore';
  if (channels >= 3 && AFFINITY_NAMES.test(name) && (type === 'uint8' || type === 'float32')) return 'affinities';
  if (channels !== 1 || IGNORED_NAMES.test(name)) return 'ignore';
  if (ID_TYPES.test(type)) return 'labels';
  return LABEL_NAMES.test(name) && WHOLE_NUMBERS.test(type) ? 'labels' : 'image';
}
