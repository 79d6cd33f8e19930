import { until } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import { ApiError } from '#contract/client.ts';
import type { EngineEventOf } from '#contract/events.ts';
import type { Committed, EditRequestInput, History } from '#contract/routes/edits.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { describeError, useNoticeStore } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { buildTimeline, countKept } from '../model/timeline.ts';

/** What became of an edit: made, or not, with the reason where the caller is the one to show it. */
export type EditOutcome =
  { readonly isMade: true; readonly done: Committed } | { readonly isMade: false; readonly reason: string | null };

type Step = (expected: number) => Promise<Committed>;

/** Longer than any edit takes to come back as an event. */
const CATCH_UP_MS = 5000;
const UNHARMED = 'Every edit before it is on disk.';
const EMPTY: History = {
  revision: 0,
  head: 0,
  undoTarget: null,
  redoTarget: null,
  cuts: { cut: { threshold: null, minSize: 0 }, objects: [] },
  entries: [],
  checkpoints: [],
};

/**
 * The log of edits of the open project and the place in it, kept up by the engine's events; makes edits at the revision that is shown.
 * Edits are made one after the other. While saving fails, none is begun.
 */
export const useEditStore = defineStore('edits', () => {
  const { client, on, link } = useEngine();
  const project = useProjectStore();
  const notices = useNoticeStore();

  const history = shallowRef<History>(EMPTY);
  const isKnown = ref(false);
  const pending = ref(0);
  /** Why the last edit is not on disk; null while all are. */
  const failure = ref<string | null>(null);
  /** Of the last edit that was made here; its event may still be on the way. */
  let madeRevision = 0;
  /** The newest revision that an event told of since the history was asked for. */
  let told = 0;
  let reading = 0;
  let last: Promise<unknown> = Promise.resolve();

  const timeline = computed(() => buildTimeline(history.value.entries, history.value.head));
  const keptCount = computed(() => countKept(timeline.value));
  /** The first entry is the threshold that the segmentation came with: nobody made it here. */
  const editCount = computed(
    () => history.value.entries.filter(({ step, revision }) => step.type === 'edit' && revision > 1).length,
  );
  /** Why nothing can be edited now; null if it can. */
  const refusal = computed(() => {
    if (project.info === null || project.assignment === null) return 'There are no segments yet';
    if (project.info.readOnly) return 'The project is open for reading only';
    if (failure.value !== null) return 'The last edit was not saved. Editing goes on when it can be saved again';
    return isKnown.value ? null : 'Reading the history';
  });
  const summaryOf = (edit: number | null): string | null =>
    edit === null || edit === 0 ? null : (history.value.entries[edit - 1]?.summary ?? null);
  /** What undo would take back, and redo make. */
  const undoSummary = computed(() => (history.value.undoTarget === null ? null : summaryOf(history.value.head)));
  const redoSummary = computed(() => summaryOf(history.value.redoTarget));

  async function read(): Promise<void> {
    const id = project.info?.id;
    const mine = ++reading;
    if (id === undefined || !project.info?.segmentation) {
      history.value = EMPTY;
      isKnown.value = false;
      return;
    }
    told = 0;
    try {
      const answer = await client.edits.history({ params: { project: id } });
      if (mine !== reading) return;
      // An edit that was told of meanwhile is not in it.
      if (answer.revision < told) return await read();
      history.value = answer;
      madeRevision = answer.revision;
      isKnown.value = true;
      failure.value = null;
    } catch (error) {
      if (mine !== reading) return;
      isKnown.value = false;
      // A lost line is shown by the window, and the history is read again when it is back.
      if (!(error instanceof ApiError && error.kind === 'unreachable'))
        notices.report(error, 'The history of edits was not read', { unharmed: 'Every edit is still in the project.' });
    }
  }

  function follow({ project: id, entry, head, undoTarget, redoTarget, cuts }: EngineEventOf<'assignment'>): void {
    if (id !== project.info?.id) return;
    told = entry.revision;
    if (!isKnown.value) return;
    const { entries, checkpoints } = history.value;
    if (entry.revision <= entries.length) return;
    if (entry.revision > entries.length + 1) return void read();
    const { revision } = entry;
    history.value = { revision, head, undoTarget, redoTarget, cuts, entries: [...entries, entry], checkpoints };
    madeRevision = Math.max(madeRevision, revision);
  }

  /** Runs a step after those before it, at the revision that they lead to; not once `asked`, the project it is for, was left. */
  function make(step: Step, asked = project.info?.id): Promise<EditOutcome> {
    pending.value++;
    const isElsewhere = (): boolean => project.info?.id !== asked;
    const mine = last.then(async (): Promise<EditOutcome> => {
      if (isElsewhere()) return dropped();
      if (refusal.value !== null) return { isMade: false, reason: refusal.value };
      try {
        const done = await step(madeRevision);
        if (isElsewhere()) return { isMade: true, done };
        madeRevision = done.revision;
        await caughtUp(done.revision, isElsewhere);
        return { isMade: true, done };
      } catch (error) {
        if (!isElsewhere()) return { isMade: false, reason: await explain(error) };
        reportUnsaved(error);
        return { isMade: false, reason: null };
      }
    });
    last = mine.finally(() => pending.value--);
    return mine;
  }

  function reportUnsaved(error: unknown): void {
    notices.report(error, 'The edit was not saved', { unharmed: UNHARMED });
  }

  function dropped(): EditOutcome {
    notices.notify({
      level: 'warn',
      title: 'An edit was not made',
      reason: 'The project was left before its turn came.',
      unharmed: UNHARMED,
    });
    return { isMade: false, reason: null };
  }

  /** Until the window shows a revision: lists and pictures follow the event. */
  async function caughtUp(revision: number, isElsewhere: () => boolean): Promise<void> {
    const isShown = (): boolean => isElsewhere() || history.value.entries.length >= revision;
    await until(isShown).toBe(true, { timeout: CATCH_UP_MS });
  }

  /** @returns the reason where it is for whoever asked; what concerns the whole window is said here */
  async function explain(error: unknown): Promise<string | null> {
    const words = describeError(error);
    if (words === null) return null;
    const kind = error instanceof ApiError ? error.kind : 'internal';
    if (kind === 'conflict') {
      notices.notify({
        level: 'warn',
        title: 'The edit was not made',
        reason: words.reason,
        unharmed: 'The history was read again. Nothing has changed by this edit.',
      });
      await read();
      return null;
    }
    if (kind === 'storage' || kind === 'unreachable' || kind === 'internal') {
      failure.value = words.reason;
      reportUnsaved(error);
      return null;
    }
    return words.reason;
  }

  const params = () => ({ project: project.info!.id });
  /**
   * @param shownAt the revision of the proposal that a person agrees to; refused where the project is at another one
   * @param asked the project that it is for; where that was left meanwhile, it is not made
   */
  const commit = (edit: EditRequestInput, shownAt?: number, asked?: string): Promise<EditOutcome> =>
    make((expected) => client.edits.commit({ params: params(), body: { expected: shownAt ?? expected, edit } }), asked);
  const undo = (): Promise<EditOutcome> =>
    make((expected) => client.edits.undo({ params: params(), body: { expected } }));
  const redo = (): Promise<EditOutcome> =>
    make((expected) => client.edits.redo({ params: params(), body: { expected } }));
  const goTo = (to: number): Promise<EditOutcome> =>
    make((expected) => client.edits.goTo({ params: params(), body: { expected, to } }));
  const revert = (edit: number): Promise<EditOutcome> =>
    make((expected) => client.edits.revert({ params: params(), body: { expected, edit } }));

  /** Names the present state. @throws ApiError */
  async function mark(name: string): Promise<void> {
    const id = project.info?.id;
    const { checkpoints } = await client.edits.checkpoint({ params: params(), body: { name } });
    if (project.info?.id === id) history.value = { ...history.value, checkpoints };
  }

  on('assignment', follow);
  on('reset', () => void read());
  watch(link, (state) => state === 'connected' && failure.value !== null && void read());
  watch(
    () => [project.info?.id, project.info?.segmentation?.supervoxels] as const,
    ([id], before) => {
      if (id !== before?.[0]) isKnown.value = false;
      void read();
    },
    { immediate: true },
  );

  return {
    history,
    timeline,
    keptCount,
    editCount,
    isKnown,
    pending,
    failure,
    refusal,
    undoSummary,
    redoSummary,
    read,
    commit,
    undo,
    redo,
    goTo,
    revert,
    mark,
  };
});
