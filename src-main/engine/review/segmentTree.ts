import type { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';

/** Where a link of the tree comes from: a merge step, by index from 0, or a decision of the user. */
export const DECIDED = -1;

/**
 * The merges that hold a segment together, as a tree over its supervoxels: decisions of the user first, then merge steps from the
 * strongest. Taking one link away parts the segment in two. Nodes are in the order of a walk from the root: parents come first.
 */
export interface SegmentTree {
  /** Supervoxel of each node. */
  readonly supervoxels: Uint32Array;
  /** Node above each; the root has itself. A piece that hangs by no known merge is a root of its own. */
  readonly parents: Uint32Array;
  /** Merge step to the node above, or DECIDED; DECIDED at a root. */
  readonly steps: Int32Array;
  /** The two supervoxels of that link: in the node's own part, and above. */
  readonly links: Uint32Array;
  /** Voxels of each node with all below. */
  readonly voxels: Float64Array;
}

interface Link {
  readonly a: number;
  readonly b: number;
  readonly step: number;
}

/** Takes time in proportion to the supervoxels and their merge steps. */
export function segmentTree(live: LiveSegmentation, members: Uint32Array): SegmentTree {
  const nodeOf = new Map<number, number>();
  members.forEach((id, i) => nodeOf.set(id, i));
  const links = spanningLinks(members.length, linksOf(live, members, nodeOf));
  const adjacent = adjacencyOf(members.length, links);
  const order = new Uint32Array(members.length);
  const position = new Int32Array(members.length).fill(-1);
  const parents = new Uint32Array(members.length);
  const steps = new Int32Array(members.length).fill(DECIDED);
  let filled = 0;
  for (let root = 0; root < members.length; root++) {
    if (position[root] !== -1) continue;
    position[root] = parents[filled] = filled;
    order[filled++] = root;
    for (let at = position[root]; at < filled; at++)
      for (const link of adjacent(order[at])) {
        const next = link.a === order[at] ? link.b : link.a;
        if (position[next] !== -1) continue;
        position[next] = filled;
        parents[filled] = at;
        steps[filled] = link.step;
        order[filled++] = next;
      }
  }
  const supervoxels = order.map((member) => members[member]);
  const voxels = Float64Array.from(supervoxels, (id) => live.sizes[id - 1]);
  for (let at = filled - 1; at >= 0; at--) if (parents[at] !== at) voxels[parents[at]] += voxels[at];
  const pairs = new Uint32Array(2 * filled);
  for (let at = 0; at < filled; at++) pairs.set([supervoxels[at], supervoxels[parents[at]]], 2 * at);
  return { supervoxels, parents, steps, links: pairs, voxels };
}

/** All merges between members, strongest first. */
function linksOf(live: LiveSegmentation, members: Uint32Array, nodeOf: ReadonlyMap<number, number>): Link[] {
  const links: Link[] = [];
  members.forEach((id, a) => {
    for (const other of live.decisionsOf(id).must) {
      const b = nodeOf.get(other);
      if (b !== undefined && other > id) links.push({ a, b, step: DECIDED });
    }
    const { steps, others, isU } = live.stepsOf(id);
    steps.forEach((step, i) => {
      const b = nodeOf.get(others[i]);
      if (b !== undefined && isU[i] === 1) links.push({ a, b, step });
    });
  });
  return links.sort((x, y) => x.step - y.step || x.a - y.a || x.b - y.b);
}

/** Kruskal 1956. */
function spanningLinks(count: number, links: readonly Link[]): Link[] {
  const roots = Uint32Array.from({ length: count }, (_, i) => i);
  const find = (node: number): number => {
    while (roots[node] !== node) node = roots[node] = roots[roots[node]];
    return node;
  };
  return links.filter(({ a, b }) => {
    const [x, y] = [find(a), find(b)];
    roots[x] = y;
    return x !== y;
  });
}

function adjacencyOf(count: number, links: readonly Link[]): (node: number) => readonly Link[] {
  const adjacent: Link[][] = Array.from({ length: count }, () => []);
  for (const link of links) {
    adjacent[link.a].push(link);
    adjacent[link.b].push(link);
  }
  return (node) => adjacent[node];
}
