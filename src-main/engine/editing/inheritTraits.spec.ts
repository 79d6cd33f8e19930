import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { invertChange } from '#domain/editChange.ts';
import type { EditChange } from '#domain/editChange.ts';
import { createStateFold, foldChanges } from '#domain/editState.ts';
import { holdingFirst } from '#domain/holdingFirst.ts';

import { inheritTraits } from './inheritTraits.ts';

/** Supervoxels 1..n in groups, named by their lowest member as the engine names segments. */
function partitionOf(sizes: readonly number[]) {
  const fold = createStateFold();
  const assignment = Uint32Array.from({ length: sizes.length + 1 }, (_, id) => id);
  const voxels = Float64Array.from(sizes);
  const members = (segment: number): Uint32Array =>
    Uint32Array.from([...assignment.keys()].filter((id) => id > 0 && assignment[id] === segment));
  const sizeOf = (segment: number): number => members(segment).reduce((sum, id) => sum + voxels[id - 1]!, 0);
  const segments = (): number[] => [...new Set(assignment.subarray(1))].sort((a, b) => a - b);
  const colourOf = (segment: number): number => fold.state.traits.get(segment)?.colour ?? segment;

  /** Gives groups of supervoxels their segments and notes what follows, as the session does. */
  function regroup(groups: readonly (readonly number[])[], more: EditChange = {}): EditChange {
    const moved: [id: number, from: number, to: number][] = [];
    for (const group of groups) {
      const to = Math.min(...group);
      for (const id of group) if (assignment[id] !== to) moved.push([id, assignment[id]!, to]);
    }
    moved.sort(([a], [b]) => a - b);
    for (const [id, , to] of moved) assignment[id] = to;
    const [supervoxels, before, after] = [0, 1, 2].map((column) => Uint32Array.from(moved, (row) => row[column]!));
    const applied = { kind: 'some', supervoxels, segments: after, before } as const;
    const traits = inheritTraits(applied, more, fold.state, { assignment, sizes: voxels, members });
    const change = { ...more, traits };
    fold.apply(change);
    return change;
  }
  const holds = (segment: number): number | undefined =>
    holdingFirst(
      [...fold.state.facts.name.keys()].map((supervoxel) => ({ supervoxel })),
      { assignment, sizes: voxels, traits: fold.state.traits },
    ).find(({ supervoxel }) => assignment[supervoxel] === segment)?.supervoxel;
  const name = (supervoxel: number): void =>
    fold.apply({ facts: [{ supervoxel, key: 'name', before: null, after: `name ${supervoxel}` }] });
  return { fold, assignment, members, sizeOf, segments, colourOf, regroup, holds, name };
}

type Partition = ReturnType<typeof partitionOf>;

const merge = ({ members, regroup }: Partition, a: number, b: number) => regroup([[...members(a), ...members(b)]]);

describe('inheritTraits', () => {
  it('gives a merge the colour of the larger side, whatever single supervoxel is the largest', () => {
    // 2 + 3 are larger than 1 together, and 1 is the largest supervoxel.
    const partition = partitionOf([40, 30, 30]);
    merge(partition, 2, 3);
    expect(partition.colourOf(2)).toBe(2);
    merge(partition, 1, 2);
    expect(partition.segments()).toEqual([1]);
    expect(partition.colourOf(1)).toBe(2);
  });

  it('leaves the colour on the larger side of a split, and gives the smaller one another', () => {
    const partition = partitionOf([10, 30, 30]);
    partition.regroup([[1, 2, 3]]);
    expect(partition.colourOf(1)).toBe(2);
    partition.regroup([[1], [2, 3]]);
    expect([partition.colourOf(1), partition.colourOf(2)]).toEqual([1, 2]);
  });

  it('lets colours change places where the smaller part has the id that the larger is coloured by', () => {
    const partition = partitionOf([10, 30, 30]);
    merge(partition, 1, 2);
    partition.regroup([[1], [2]]);
    merge(partition, 2, 3);
    expect(partition.colourOf(2)).toBe(2);
    // 1 is the larger side now, and its id is what the rest would be named by.
    const other = partitionOf([10, 5, 30]);
    other.regroup([[1, 2, 3]]);
    expect(other.colourOf(1)).toBe(3);
    other.regroup([[1, 2], [3]]);
    expect([other.colourOf(1), other.colourOf(3)]).toEqual([1, 3]);
    other.regroup([[1], [2]]);
    other.regroup([[1, 3]]);
    expect([other.colourOf(1), other.colourOf(2)]).toEqual([3, 2]);
  });

  it('follows a supervoxel that is divided: the part that holds most keeps the colour', () => {
    const sizes = [10, 30, 0];
    const partition = partitionOf([...sizes.slice(0, 2), 25]);
    partition.assignment[3] = 0;
    partition.regroup([[1, 2]]);
    const colour = partition.colourOf(1);
    // 2 is divided: 25 of its 30 voxels are the new supervoxel 3, which becomes a segment of its own.
    const row = (id: number, size: number) =>
      ({ id, size, boxMin: [0, 0, 0], boxMax: [1, 1, 1], centroid: [0, 0, 0] }) as const;
    const tables = {
      supervoxels: [
        { before: row(2, 30), after: row(2, 5) },
        { before: null, after: row(3, 25) },
      ],
      edges: [],
      steps: [],
    };
    const { assignment, fold } = partition;
    assignment[3] = 3;
    const applied = {
      kind: 'some',
      supervoxels: Uint32Array.of(3),
      segments: Uint32Array.of(3),
      before: Uint32Array.of(0),
    } as const;
    const live = { assignment, sizes: Float64Array.of(10, 5, 25), members: partition.members };
    fold.apply({ traits: inheritTraits(applied, { tables }, fold.state, live) });
    expect(partition.colourOf(3)).toBe(colour);
    expect(partition.colourOf(1)).not.toBe(colour);
  });

  it('begins anew where the global cut moves everything', () => {
    const partition = partitionOf([10, 30]);
    merge(partition, 1, 2);
    const traits = inheritTraits({ kind: 'all' }, {}, partition.fold.state, {
      ...partition,
      sizes: Float64Array.of(10, 30),
    });
    expect(traits).toEqual([{ segment: 1, before: { colour: 2, lead: 0 }, after: null }]);
  });

  it('lets the name of the larger side hold after a merge, and each side its own after they are parted', () => {
    const partition = partitionOf([40, 30, 30]);
    merge(partition, 2, 3);
    partition.name(1);
    partition.name(2);
    merge(partition, 1, 2);
    expect(partition.holds(1)).toBe(2);
    partition.regroup([[1], [2, 3]]);
    expect([partition.holds(1), partition.holds(2)]).toEqual([1, 2]);
    expect(partition.fold.state.traits.size).toBe(0);
  });

  it('keeps colours apart, follows the larger side through any edits, and is taken back exactly', () => {
    const step = fc.record({
      isMerge: fc.boolean(),
      first: fc.nat(),
      second: fc.nat(),
      sides: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 12 }),
        fc.array(step, { maxLength: 20 }),
        (sizes, steps) => {
          const partition = partitionOf(sizes);
          const { segments, members, sizeOf, colourOf, regroup, fold } = partition;
          const changes: EditChange[] = [];
          for (const { isMerge, first, second, sides } of steps) {
            const ids = segments();
            const a = ids[first % ids.length]!;
            const b = ids[second % ids.length]!;
            const [sizeA, sizeB, colourA, colourB] = [sizeOf(a), sizeOf(b), colourOf(a), colourOf(b)];
            if (isMerge && a !== b) {
              changes.push(merge(partition, a, b));
              const kept = sizeA > sizeB || (sizeA === sizeB && a < b) ? colourA : colourB;
              expect(colourOf(Math.min(a, b))).toBe(kept);
            } else {
              const all = [...members(a)];
              const parts = [all.filter((_, i) => sides[i]), all.filter((_, i) => !sides[i])].filter(
                (part) => part.length > 0,
              );
              changes.push(regroup(parts));
              const names = parts.map((part) => Math.min(...part)).sort((x, y) => sizeOf(y) - sizeOf(x) || x - y);
              expect(colourOf(names[0]!)).toBe(colourA);
            }
            const colours = segments().map(colourOf);
            expect(new Set(colours).size).toBe(colours.length);
            for (const segment of fold.state.traits.keys()) expect(segments()).toContain(segment);
          }
          expect(foldChanges([...changes, ...changes.toReversed().map(invertChange)]).traits.size).toBe(0);
        },
      ),
    );
  });
});
