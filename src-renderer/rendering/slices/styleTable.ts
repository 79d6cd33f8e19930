import { mix32 } from '#domain/segmentColour.ts';

/** Bits of a segment's style; the upper three bytes are a fixed colour: red in bits 8-15, green in 16-23, blue in 24-31. */
export const STYLE = { selected: 1, hidden: 2, pinned: 4, side: 8 } as const;

/** What differs from the default look, by segment. Colours are '#rrggbb'. */
export interface SegmentStyles {
  readonly selected: Iterable<number>;
  readonly hidden: Iterable<number>;
  readonly pinned: ReadonlyMap<number, string>;
  /** Sides of an edit that is being prepared; they win over pinned colours. */
  readonly sides: ReadonlyMap<number, string>;
}

/**
 * A hash table for the shader: open addressing with linear probing on `mix32(segment)`. Unlike an array over all ids it is exact
 * for any 32-bit id and small, since few segments differ from the default. Slots are pairs: segment (0: empty), style.
 */
export interface StyleTable {
  readonly words: Uint32Array;
  /** Segments that have a style. */
  readonly count: number;
  /** A power of two. */
  readonly slots: number;
  /** Slots that a search looks at, at most. */
  readonly probes: number;
}

const FEWEST_SLOTS = 16;

/** The style of every segment that has one, as the shader reads it. */
export function buildStyleTable(styles: SegmentStyles): StyleTable {
  const values = new Map<number, number>();
  const add = (segment: number, bits: number): void => {
    if (segment !== 0) values.set(segment, ((values.get(segment) ?? 0) | bits) >>> 0);
  };
  for (const segment of styles.selected) add(segment, STYLE.selected);
  for (const segment of styles.hidden) add(segment, STYLE.hidden);
  for (const [segment, colour] of styles.pinned)
    if (!styles.sides.has(segment)) add(segment, STYLE.pinned | colourBits(colour));
  for (const [segment, colour] of styles.sides) add(segment, STYLE.side | colourBits(colour));

  let slots = FEWEST_SLOTS;
  while (slots < 2 * values.size) slots *= 2;
  const words = new Uint32Array(2 * slots);
  let probes = 1;
  for (const [segment, style] of values) {
    let slot = mix32(segment) & (slots - 1);
    let tried = 1;
    for (; words[2 * slot] !== 0; tried++) slot = (slot + 1) & (slots - 1);
    words[2 * slot] = segment;
    words[2 * slot + 1] = style;
    probes = Math.max(probes, tried);
  }
  return { words, count: values.size, slots, probes };
}

/** The style of a segment; 0 for the default. The shader's search, for tests and for picking. */
export function styleOf({ words, slots, probes }: StyleTable, segment: number): number {
  let slot = mix32(segment) & (slots - 1);
  for (let tried = 0; tried < probes; tried++, slot = (slot + 1) & (slots - 1)) {
    if (words[2 * slot] === segment) return words[2 * slot + 1];
    if (words[2 * slot] === 0) return 0;
  }
  return 0;
}

function colourBits(colour: string): number {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return (((rgb >>> 16) & 255) << 8) | (((rgb >>> 8) & 255) << 16) | ((rgb & 255) << 24);
}
