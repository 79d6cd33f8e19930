import { formatCount, UNIT_SPACE } from '#renderer/format/index.ts';

/** A place of a view, CSS pixels. */
export type Place = readonly [x: number, y: number];

/** The lines of a merge that is being prepared, as paths of an SVG. */
export interface MergeLinkShape {
  /** From each partner to the contact, or straight from one to the other before it is known. */
  readonly lines: string;
  /** Across the gap between two objects that do not touch; null where they do. */
  readonly gap: string | null;
  /** Where the objects are linked: one place for a contact, two for a gap. */
  readonly ends: readonly Place[];
  /** Where the width of the gap is written, its middle: beside the line. */
  readonly label: Place;
}

/**
 * How far two objects that do not touch lie apart, in words.
 *
 * @param gapNm between the boxes of the nearest supervoxels: the least that it can be
 */
export function gapText(gapNm: number): string {
  return gapNm < 1 ? 'no contact' : `no contact, at least ${formatCount(gapNm)}${UNIT_SPACE}nm`;
}

/** How far a line stays away from the middle of a partner's mark, so that it does not cross the letter. */
const MARK_RADIUS = 8;
const LABEL_DISTANCE = 16;

/**
 * @param partners the two that were clicked
 * @param ends where the link begins and ends; none while it is not known, equal for a contact
 * @param size of the view, in which the label stays
 */
export function mergeLink(
  [a, b]: readonly [Place, Place],
  ends: readonly [Place, Place] | null,
  size: { readonly width: number; readonly height: number },
): MergeLinkShape {
  const [from, to] = ends ?? [b, a];
  const isGap = ends !== null && length(from, to) >= 1;
  const lines =
    ends === null ? pathOf([clear(a, b), clear(b, a)]) : pathOf([clear(a, from), from]) + pathOf([to, clear(b, to)]);
  return {
    lines,
    gap: isGap ? pathOf([from, to]) : null,
    ends: ends === null ? [] : isGap ? [from, to] : [from],
    label: labelPlace(from, to, [a, b], size),
  };
}

/** The end of a line at a mark, moved out of the mark; where the other end is within the mark too, nothing is left of the line. */
function clear(mark: Place, towards: Place): Place {
  const whole = length(mark, towards);
  if (whole <= MARK_RADIUS) return towards;
  const share = MARK_RADIUS / whole;
  return [mark[0] + share * (towards[0] - mark[0]), mark[1] + share * (towards[1] - mark[1])];
}

/** Beside the middle of the gap, on the side away from the marks. */
function labelPlace(
  from: Place,
  to: Place,
  marks: readonly Place[],
  { width, height }: { readonly width: number; readonly height: number },
): Place {
  const whole = Math.max(length(from, to), 1e-6);
  const [dx, dy] = length(from, to) < 1 ? [1, 0] : [(to[0] - from[0]) / whole, (to[1] - from[1]) / whole];
  const sides = [-1, 1].map((side): Place => {
    const x = (from[0] + to[0]) / 2 - side * dy * LABEL_DISTANCE;
    const y = (from[1] + to[1]) / 2 + side * dx * LABEL_DISTANCE;
    return [Math.min(Math.max(x, 40), Math.max(width - 40, 40)), Math.min(Math.max(y, 16), Math.max(height - 16, 16))];
  });
  const room = sides.map((place) => Math.min(...marks.map((mark) => length(place, mark))));
  return sides[room[1] > room[0] + 1 ? 1 : 0];
}

const length = (a: Place, b: Place): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
const pathOf = (places: readonly Place[]): string =>
  places.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
