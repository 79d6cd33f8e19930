import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import type { Proposal } from '#contract/routes/edits.ts';
import { decodeVoxelPatches } from '#contract/voxelPatches.ts';
import type { VoxelPatch } from '#contract/voxelPatches.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { describeError } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import { formatCount } from '#renderer/format/index.ts';

import type { FoundSupervoxel } from '../model/nearestSupervoxel.ts';
import { withSides } from '../model/previews.ts';
import { lackOf, swapSide, usedSides, withSeed } from '../model/seeds.ts';
import type { Seed } from '../model/seeds.ts';

import { useEditStore } from './edits.ts';
import { sideColours } from './seedColours.ts';

/** The split that is being prepared: its seeds, what the engine proposes for them, and the way that is shown. */
export const useSplitStore = defineStore('split', () => {
  const { client } = useEngine();
  const project = useProjectStore();
  const view = useViewStore();
  const edits = useEditStore();
  const isArmed = ref(false);
  const seeds = shallowRef<readonly Seed[]>([]);
  /** Of the next plain click. */
  const side = ref(0);
  const proposal = shallowRef<Proposal | null>(null);
  /** The seeds that it is for: while a newer answer is on the way, those are others. */
  const proposedFor = shallowRef<readonly Seed[]>([]);
  /** Voxels of the supervoxels that it divides. */
  const patches = shallowRef<readonly VoxelPatch[]>([]);
  const alternative = ref(0);
  /** What the last click or the engine refused, as a sentence. */
  const problem = ref<string | null>(null);
  const isAsking = ref(false);
  /** What changes meanwhile is this very split, of which nothing is to be asked. */
  let isCommitting = false;
  const latest = createLatest();

  /** The object that is split: it holds the first seed, or is selected before there is one. */
  const segment = computed(() => {
    const [first] = seeds.value;
    return first ? (project.assignment?.[first.supervoxel] ?? 0) : view.current;
  });
  const cuts = computed(() => proposal.value?.alternatives ?? []);
  const chosen = computed(() => cuts.value[alternative.value] ?? null);
  const divides = computed(() => proposal.value?.divides ?? []);
  /** Whether what is on the screen is the cut for these seeds on the segments as they are. */
  const isShown = computed(() => chosen.value !== null && !isAsking.value && proposedFor.value === seeds.value);
  /** Why the cut cannot be committed; null if it can. */
  const lack = computed(
    () => edits.refusal ?? lackOf(seeds.value) ?? problem.value ?? (isShown.value ? null : 'Looking for a cut'),
  );

  function place({ supervoxel, voxel }: FoundSupervoxel, at: number): void {
    const own = project.assignment?.[supervoxel] ?? 0;
    if (own === 0) return void (problem.value = 'No segment is here. Place the seed on the object.');
    if (seeds.value.length > 0 && own !== segment.value) {
      problem.value = `This is ${formatCount(own)}; the seeds before lie on ${formatCount(segment.value)}. All seeds of a split lie on one object.`;
      return;
    }
    if (!view.selected.includes(own) || view.current !== own)
      view.selected = [...view.selected.filter((other) => other !== own), own];
    seeds.value = withSeed(seeds.value, { side: at, supervoxel, voxel });
  }

  async function ask(): Promise<void> {
    problem.value = null;
    if (!isArmed.value || lackOf(seeds.value) !== null || project.info === null) {
      latest.cancel();
      proposal.value = null;
      isAsking.value = false;
      return;
    }
    isAsking.value = true;
    try {
      const params = { project: project.info.id };
      const asked = seeds.value;
      const body = { kind: 'split' as const, seeds: [...asked] };
      const answer = await latest.run(async (signal) => {
        const proposed = await client.edits.propose({ params, body }, { signal });
        if (proposed.divides.length === 0) return { proposed, voxels: [] };
        return { proposed, voxels: decodeVoxelPatches(await client.edits.proposeVoxels({ params, body }, { signal })) };
      });
      if (answer === undefined) return;
      patches.value = answer.voxels;
      proposal.value = answer.proposed;
      proposedFor.value = asked;
      alternative.value = 0;
    } catch (error) {
      proposal.value = null;
      problem.value = describeError(error)?.reason ?? null;
    }
    isAsking.value = false;
  }

  /** Shows the sides of the way that is chosen, in slices and in 3D. */
  function show(): void {
    if (!isArmed.value) return;
    const colours = sideColours();
    const assignment = project.assignment;
    view.dimOthers = segment.value !== 0;
    if (chosen.value === null || assignment === null) {
      view.setPreviewAssignment(null);
      const own = segment.value;
      view.sides = own === 0 ? new Map() : new Map([[own, view.colourOf(own)]]);
      return;
    }
    const used = usedSides(seeds.value);
    const cut = withSides(assignment, chosen.value.sides);
    view.setPreviewAssignment(cut.assignment, patches.value);
    view.sides = new Map(cut.segments.map((id, i) => [id, colours[used[i] ?? i]]));
  }

  function choose(index: number): void {
    if (index >= 0 && index < cuts.value.length) alternative.value = index;
  }

  async function commit(): Promise<void> {
    if (lack.value !== null || proposal.value === null) return;
    const { revision } = proposal.value;
    const edit = { kind: 'split' as const, seeds: [...seeds.value], alternative: alternative.value };
    isCommitting = true;
    const outcome = await edits.commit(edit, revision);
    isCommitting = false;
    if (outcome.isMade) return goOnWithout(edit.seeds);
    problem.value = outcome.reason;
    if (edits.history.revision !== revision) follow();
  }

  /** Seeds of the next split may have been placed while this one was being made. */
  function goOnWithout(made: readonly Seed[]): void {
    const next = seeds.value.filter((seed) => !made.includes(seed));
    clear();
    seeds.value = next;
  }

  /** Goes on with the seeds that are on one object still. */
  function follow(): void {
    if (!isArmed.value || isCommitting) return;
    const own = segment.value;
    const rest = seeds.value.filter(({ supervoxel }) => project.assignment?.[supervoxel] === own);
    if (rest.length !== seeds.value.length) seeds.value = rest;
    else void ask();
    show();
  }

  /** Takes the last seed back. @returns false where there was none */
  function back(): boolean {
    if (seeds.value.length === 0) return false;
    seeds.value = seeds.value.slice(0, -1);
    return true;
  }

  function clear(): void {
    latest.cancel();
    seeds.value = [];
    proposal.value = null;
    problem.value = null;
    isAsking.value = false;
    alternative.value = 0;
  }

  function arm(): void {
    clear();
    side.value = 0;
    isArmed.value = true;
    show();
  }

  function disarm(): void {
    isArmed.value = false;
    clear();
  }

  watch(seeds, () => void ask());
  watch([proposal, alternative, segment, () => view.pinned], show);
  // An edit of another window, an undo: the object may be another now, and the cut is to be agreed to anew.
  watch(() => [project.assignment, edits.history.revision], follow);

  return {
    isArmed,
    seeds,
    side,
    segment,
    proposal,
    cuts,
    alternative,
    chosen,
    divides,
    problem,
    isAsking,
    lack,
    place,
    choose,
    swap: () => void (side.value = swapSide(side.value)),
    commit,
    back,
    arm,
    disarm,
  };
});
