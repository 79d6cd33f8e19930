/** What becomes of the merge steps, decisions and notes of supervoxels that have lost their last voxel. */
import { FACT_KEYS, NO_DECISIONS } from '#domain/editChange.ts';
import type { DecisionChange, FactChange, FactKey, SupervoxelPair, TableChange } from '#domain/editChange.ts';
import type { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';

export interface HandOver {
  readonly steps: TableChange['steps'];
  readonly decisions: DecisionChange;
  readonly facts: readonly FactChange[];
}

/**
 * A supervoxel that goes leaves its merge steps to an heir: the supervoxel at the other end of its strongest step, of its own segment
 * where there is one. So what it joined stays joined. What was must-linked to it is linked to each other instead; cannot-links end with
 * it. Its threshold and its notes go to the heir where that is of the same segment and has none.
 */
export function handOver(
  live: LiveSegmentation,
  gone: readonly number[],
  factOf: (supervoxel: number, key: FactKey) => string | null,
): HandOver {
  const isGone = new Set(gone);
  const heirs = new Map(gone.map((id) => [id, heirOf(live, id, isGone)]));
  return {
    steps: stepsLeft(live, gone, heirs),
    decisions: decisionsLeft(live, gone, heirs, isGone),
    facts: factsLeft(live, gone, heirs, factOf),
  };
}

/** Follows the strongest steps over others that go; null where no supervoxel that stays is reached. */
function heirOf(live: LiveSegmentation, id: number, isGone: ReadonlySet<number>): number | null {
  const seen = new Set([id]);
  const queue = [id];
  for (const at of queue) {
    const { steps, others } = live.stepsOf(at);
    const order = [...steps.keys()].sort((a, b) => steps[a] - steps[b]).map((i) => others[i]);
    const staying = order.filter((other) => !isGone.has(other));
    const own = staying.find((other) => live.assignment[other] === live.assignment[id]);
    if (own !== undefined || staying.length > 0) return own ?? staying[0];
    for (const other of order)
      if (!seen.has(other)) {
        seen.add(other);
        queue.push(other);
      }
  }
  return null;
}

function stepsLeft(
  live: LiveSegmentation,
  gone: readonly number[],
  heirs: ReadonlyMap<number, number | null>,
): TableChange['steps'] {
  const moved = new Map<number, TableChange['steps'][number]>();
  for (const id of gone) {
    const { steps, others, isU } = live.stepsOf(id);
    steps.forEach((step, i) => {
      const before: SupervoxelPair = isU[i] === 1 ? [id, others[i]] : [others[i], id];
      const after: SupervoxelPair = [heirs.get(before[0]) ?? before[0], heirs.get(before[1]) ?? before[1]];
      if (after[0] !== before[0] || after[1] !== before[1]) moved.set(step, { step, before, after });
    });
  }
  return [...moved.values()].sort((a, b) => a.step - b.step);
}

function decisionsLeft(
  live: LiveSegmentation,
  gone: readonly number[],
  heirs: ReadonlyMap<number, number | null>,
  isGone: ReadonlySet<number>,
): DecisionChange {
  const removeMust: SupervoxelPair[] = [];
  const removeCannot: SupervoxelPair[] = [];
  const addMust: SupervoxelPair[] = [];
  const thresholds: DecisionChange['thresholds'][number][] = [];
  for (const id of gone) {
    const { must, cannot } = live.decisionsOf(id);
    // A link between two that go is named by both of them, and ends once.
    const isMine = (other: number): boolean => !isGone.has(other) || id < other;
    removeMust.push(...[...must].filter(isMine).map((other) => [id, other] as const));
    removeCannot.push(...[...cannot].filter(isMine).map((other) => [id, other] as const));
    const [first, ...others] = linkedBy(live, id, isGone);
    addMust.push(...others.map((other) => [first, other] as const));
    const threshold = live.thresholdAt(id);
    if (threshold === null) continue;
    thresholds.push({ anchor: id, before: threshold, after: null });
    const heir = ownHeir(live, id, heirs);
    if (heir !== null && live.thresholdAt(heir) === null && !thresholds.some(({ anchor }) => anchor === heir))
      thresholds.push({ anchor: heir, before: null, after: threshold });
  }
  return { ...NO_DECISIONS, addMust, removeMust, removeCannot, thresholds };
}

/** Supervoxels that stay and are must-linked to one that goes, also over others that go; named by the lowest of these. */
function linkedBy(live: LiveSegmentation, id: number, isGone: ReadonlySet<number>): number[] {
  const seen = new Set([id]);
  const queue = [id];
  const staying = new Set<number>();
  for (const at of queue)
    for (const other of live.decisionsOf(at).must) {
      if (!isGone.has(other)) staying.add(other);
      else if (!seen.has(other)) {
        seen.add(other);
        queue.push(other);
      }
    }
  return Math.min(...seen) === id ? [...staying].sort((a, b) => a - b) : [];
}

function factsLeft(
  live: LiveSegmentation,
  gone: readonly number[],
  heirs: ReadonlyMap<number, number | null>,
  factOf: (supervoxel: number, key: FactKey) => string | null,
): FactChange[] {
  const changes: FactChange[] = [];
  for (const supervoxel of gone)
    for (const key of FACT_KEYS) {
      const before = factOf(supervoxel, key);
      if (before === null) continue;
      changes.push({ supervoxel, key, before, after: null });
      const heir = ownHeir(live, supervoxel, heirs);
      const isTaken = changes.some((change) => change.supervoxel === heir && change.key === key);
      if (heir !== null && !isTaken && factOf(heir, key) === null)
        changes.push({ supervoxel: heir, key, before: null, after: before });
    }
  return changes;
}

/** The heir of the same segment. */
function ownHeir(live: LiveSegmentation, id: number, heirs: ReadonlyMap<number, number | null>): number | null {
  const heir = heirs.get(id) ?? null;
  return heir !== null && live.assignment[heir] === live.assignment[id] ? heir : null;
}
