import type { ReviewItem } from '#contract/routes/review.ts';
import type { ReviewKind } from '#domain/review.ts';
import { formatCount, formatDecimal, formatSignificant } from '#renderer/format/index.ts';
import type { IconName } from '#renderer/ui/iconNames.ts';

export const KIND_ICONS: Readonly<Record<ReviewKind, IconName>> = {
  'false-merge': 'merge',
  'missed-merge': 'gap',
  orphan: 'orphan',
  end: 'ends',
  enclosed: 'enclosed',
  'self-touching': 'touch',
  oversize: 'oversize',
};

/** What may be wrong: "Possible missed merge", "Orphan, 0.04 µm³". */
export function titleOf({ kind, voxels }: ReviewItem, um3PerVoxel: number): string {
  switch (kind) {
    case 'false-merge':
      return 'Possible false merge';
    case 'missed-merge':
      return 'Possible missed merge';
    case 'end':
      return 'Ends inside the volume';
    case 'orphan':
      return `Orphan, ${sizeOf(voxels, um3PerVoxel)}`;
    case 'enclosed':
      return `Inside another, ${sizeOf(voxels, um3PerVoxel)}`;
    case 'self-touching':
      return 'Touches itself';
    case 'oversize':
      return 'Far larger than the rest';
  }
}

function sizeOf(voxels: number, um3PerVoxel: number): string {
  return um3PerVoxel > 0 ? `${formatSignificant(voxels * um3PerVoxel, 1)} µm³` : `${formatCount(voxels)} voxels`;
}

/** Which object, and what speaks for it: "26 196 → 2 934 · contact 0.49". */
export function evidenceOf({ segments: [one, other], score }: ReviewItem): string {
  const objects = one === other ? formatCount(one) : `${formatCount(one)} → ${formatCount(other)}`;
  return `${objects} · contact ${formatDecimal(score, 2)}`;
}

/** The question that a yes answers, for who hears the page. */
export function questionOf({ segments: [one, other] }: ReviewItem): string {
  return one === other
    ? `Is ${formatCount(one)} two objects?`
    : `Do ${formatCount(one)} and ${formatCount(other)} belong together?`;
}

/** With its sign: "−0.029". */
export function formatChange(value: number, digits: number): string {
  const text = formatDecimal(Math.abs(value), digits);
  if (Number(Math.abs(value).toFixed(digits)) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}
