import type { DescribedTrait } from '#contract/routes/segments.ts';
import type { SegmentTrait } from '#domain/editChange.ts';

/** Traits by segment with some of them as they are now; what a segment has by its id alone is left out. */
export function withTraits(
  traits: ReadonlyMap<number, SegmentTrait>,
  changed: readonly DescribedTrait[],
): ReadonlyMap<number, SegmentTrait> {
  if (changed.length === 0) return traits;
  const next = new Map(traits);
  for (const { segment, colour, lead } of changed)
    if (colour === segment && lead === 0) next.delete(segment);
    else next.set(segment, { colour, lead });
  return next;
}
