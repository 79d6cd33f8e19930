import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import type { Proposal } from '#contract/routes/edits.ts';
import type { Zyx } from '#domain/geometry.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { describeError } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import { formatCount } from '#renderer/format/index.ts';

import { useEditStore } from './edits.ts';

/** An object that is to be merged, by the place where it was pointed at. */
export interface Partner {
  readonly segment: number;
  readonly supervoxel: number;
  /** z, y, x. */
  readonly voxel: Zyx;
}

/** The merge that is being prepared: two objects and the contact between them, or many under a stroke. */
export const useMergeStore = defineStore('merge', () => {
  const { client } = useEngine();
  const project = useProjectStore();
  const view = useViewStore();
  const edits = useEditStore();
  const isArmed = ref(false);
  const partners = shallowRef<readonly Partner[]>([]);
  const proposal = shallowRef<Proposal | null>(null);
  const problem = ref<string | null>(null);
  /** What changes meanwhile is this very merge, of which nothing is to be asked. */
  let isCommitting = false;
  const latest = createLatest();

  const hidden = computed(() => partners.value.find(({ segment }) => !isVisible(segment)) ?? null);
  /** Why the merge cannot be committed; null if it can. */
  const lack = computed(() => {
    if (edits.refusal !== null) return edits.refusal;
    if (problem.value !== null) return problem.value;
    if (partners.value.length === 0) return 'Click the first object';
    if (partners.value.length === 1) return 'Click the object that belongs to it';
    if (hidden.value) return `${formatCount(hidden.value.segment)} is hidden. Show it first`;
    return proposal.value === null ? 'Looking for the contact' : null;
  });
  const label = computed(() => {
    const ids = partners.value.map(({ segment }) => formatCount(segment));
    return ids.length > 2 ? `Merge ${ids.length} objects` : ids.length === 2 ? `Merge ${ids.join(' + ')}` : 'Merge';
  });

  function isVisible(segment: number): boolean {
    return view.overlay.visible && !view.hidden.has(segment);
  }

  /** Whether a place is on an object that may become a partner; says why not. */
  function accepts({ segment }: Partner): boolean {
    if (segment === 0) problem.value = 'No segment is here.';
    else if (!isVisible(segment)) problem.value = `${formatCount(segment)} is hidden. Show it first.`;
    else problem.value = null;
    return problem.value === null;
  }

  /** A click: the first object, then the second; a third click takes the place of the second. The first again lets it go. */
  function click(partner: Partner): void {
    if (!accepts(partner)) return;
    const [first] = partners.value;
    if (first === undefined) partners.value = [partner];
    else if (first.segment !== partner.segment) partners.value = [first, partner];
    else partners.value = partners.value.length === 1 ? [] : [first];
  }

  /** One more of many. */
  function add(partner: Partner): void {
    if (partners.value.some(({ segment }) => segment === partner.segment) || !accepts(partner)) return;
    partners.value = [...partners.value, partner];
  }

  function remove(segment: number): void {
    partners.value = partners.value.filter((partner) => partner.segment !== segment);
  }

  async function ask(): Promise<void> {
    proposal.value = null;
    if (!isArmed.value || partners.value.length < 2 || project.info === null) return latest.cancel();
    try {
      const params = { project: project.info.id };
      const supervoxels = partners.value.map(({ supervoxel }) => supervoxel);
      const body = { kind: 'merge', supervoxels } as const;
      const answer = await latest.run((signal) => client.edits.propose({ params, body }, { signal }));
      if (answer !== undefined) proposal.value = answer;
    } catch (error) {
      problem.value = describeError(error)?.reason ?? null;
    }
  }

  function show(): void {
    if (!isArmed.value) return;
    view.sides = new Map(partners.value.map(({ segment }) => [segment, view.colourOf(segment)]));
    view.dimOthers = partners.value.length > 0;
    const ids = partners.value.map(({ segment }) => segment);
    if (ids.length > 0)
      view.selected = [...view.selected.filter((id) => !ids.includes(id) && !shown.includes(id)), ...ids];
    shown = ids;
  }
  /** Partners that were selected because they are partners. */
  let shown: number[] = [];

  /** Merges, and goes on with what came of it as the first object of the next merge, unless it was let go meanwhile. */
  async function commit(): Promise<void> {
    if (lack.value !== null) return;
    const supervoxels = partners.value.map(({ supervoxel }) => supervoxel);
    const revision = proposal.value?.revision;
    isCommitting = true;
    const outcome = await edits.commit({ kind: 'merge', supervoxels }, revision);
    isCommitting = false;
    if (outcome.isMade) return follow();
    if (edits.history.revision !== revision) await ask();
    problem.value = outcome.reason;
  }

  /** Partners may be one object now, or others: after this merge, an edit of another window, an undo. */
  function follow(): void {
    const { assignment } = project;
    if (!isArmed.value || assignment === null) return;
    const moved = partners.value.map((partner) => ({ ...partner, segment: assignment[partner.supervoxel] ?? 0 }));
    partners.value = moved.filter(
      ({ segment }, i) => segment !== 0 && moved.findIndex((other) => other.segment === segment) === i,
    );
  }

  /** Lets the last partner go. @returns false where there was none */
  function back(): boolean {
    if (partners.value.length === 0) return false;
    partners.value = partners.value.slice(0, -1);
    return true;
  }

  function arm(first: Partner | null): void {
    shown = [];
    partners.value = first === null ? [] : [first];
    problem.value = null;
    isArmed.value = true;
    show();
  }

  function disarm(): void {
    isArmed.value = false;
    latest.cancel();
    partners.value = [];
    proposal.value = null;
    problem.value = null;
  }

  watch(partners, () => {
    if (!isArmed.value) return;
    problem.value = null;
    show();
    void ask();
  });
  watch([() => view.pinned, () => view.overlay.salt], show);
  watch(() => project.assignment, follow);

  // Any other edit: what is agreed to is what would be made now.
  watch(
    () => edits.history.revision,
    () => {
      if (!isCommitting) void ask();
    },
  );

  return { isArmed, partners, proposal, problem, lack, label, click, add, remove, commit, back, arm, disarm };
});
