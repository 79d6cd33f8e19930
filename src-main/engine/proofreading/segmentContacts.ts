/** Where segments and supervoxels of a live segmentation touch, read from its region graph. */
import type { Zyx } from '#domain/geometry.ts';
import { NO_EDGE } from '#native/liveSegmentation.ts';

import type { LiveSegmentation } from './liveSegmentation.ts';
import { voxelPosition } from './nativeChange.ts';

/** A place where two supervoxels touch. */
export interface ContactPlace {
  readonly u: number;
  readonly v: number;
  /** The strongest contact, z, y, x; null for a link without a contact. */
  readonly contact: Zyx | null;
  /** Mean affinity, 0..1; null without a contact. */
  readonly affinity: number | null;
  /** Voxel pairs. */
  readonly area: number;
}

export interface SegmentNeighbour {
  readonly segment: number;
  /** Mean affinity of all contacts, 0..1. */
  readonly affinity: number;
  /** Voxel pairs. */
  readonly area: number;
  /** Pairs of supervoxels that touch. */
  readonly edges: number;
  readonly strongest: ContactPlace;
}

/** The segments that touch one, most contact first. */
export function neighboursOf(live: LiveSegmentation, segment: number): SegmentNeighbour[] {
  const found = live.queries.neighbours(segment);
  const strongest = placesOf(live, found.strongestEdge);
  return Array.from(found.segments, (other, i) => ({
    segment: other,
    affinity: found.affinitySum[i] / found.contactArea[i] / live.affinityUnit,
    area: found.contactArea[i],
    edges: found.edges[i],
    strongest: strongest[i],
  })).sort((a, b) => b.area - a.area || a.segment - b.segment);
}

/** Where two segments touch. */
export function contactsBetween(live: LiveSegmentation, a: number, b: number): ContactPlace[] {
  return placesOf(live, live.queries.contacts(a, b));
}

/** Contacts of one supervoxel with any other. */
export function contactsOf(live: LiveSegmentation, supervoxel: number): ContactPlace[] {
  return placesOf(live, live.queries.edgesOf(supervoxel));
}

/** Edges of the region graph as places; null for `NO_EDGE`. */
export function contactsAt(live: LiveSegmentation, edges: Uint32Array): (ContactPlace | null)[] {
  const real = placesOf(
    live,
    edges.filter((edge) => edge !== NO_EDGE),
  );
  let row = 0;
  return Array.from(edges, (edge) => (edge === NO_EDGE ? null : real[row++]));
}

/** Stands for a must-link of two supervoxels that touch nowhere. */
export function linkWithoutContact(u: number, v: number): ContactPlace {
  return { u, v, contact: null, affinity: null, area: 0 };
}

function placesOf({ queries, shape, affinityUnit }: LiveSegmentation, edges: Uint32Array): ContactPlace[] {
  const { u, v, affinitySum, contactArea, contactVoxel } = queries.edges(edges);
  return Array.from(u, (_, row) => ({
    u: u[row],
    v: v[row],
    contact: voxelPosition(contactVoxel[row], shape),
    affinity: Number(affinitySum[row]) / contactArea[row] / affinityUnit,
    area: contactArea[row],
  }));
}
