import { until } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { describeError, useNoticeStore } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { createCoalescer } from '../model/coalesce.ts';
import { countSegments, objectDiff } from '../model/previews.ts';

import { useEditStore } from './edits.ts';

/** What is looked at instead of the present segments, outside of the edit modes. */
export type Looking =
  | { readonly kind: 'threshold'; readonly threshold: number }
  | { readonly kind: 'object'; readonly anchor: number; readonly threshold: number | null }
  | { readonly kind: 'edit'; readonly edit: number };

/**
 * Another threshold, or an older state, shown before anything is changed. The newest question wins; Enter makes it so, Escape goes back.
 */
export const usePreviewStore = defineStore('preview', () => {
  const { client } = useEngine();
  const project = useProjectStore();
  const view = useViewStore();
  const edits = useEditStore();
  const notices = useNoticeStore();
  const looking = shallowRef<Looking | null>(null);
  const shown = shallowRef<Uint32Array | null>(null);
  const asker = createCoalescer<Looking>(ask, (error) => {
    if (describeError(error) === null) return;
    notices.report(error, 'The preview was not worked out', { unharmed: 'Nothing has changed.' });
    end();
  });

  /** Segments of the whole volume in what is shown. */
  const segments = computed(() => (shown.value === null ? null : countSegments(shown.value)));
  const diff = computed(() => {
    const at = looking.value;
    if (at?.kind !== 'object' || shown.value === null || project.assignment === null) return null;
    return objectDiff(project.assignment, shown.value, at.anchor);
  });

  async function ask(wanted: Looking): Promise<void> {
    if (looking.value === null || project.info === null) return;
    const params = { project: project.info.id };
    const bytes = await read(wanted, params);
    // Left meanwhile; a newer value of the same slider is shown next.
    if (looking.value?.kind !== wanted.kind || project.info?.id !== params.project) return;
    shown.value = decodeAssignment(bytes).assignment;
    view.setPreviewAssignment(shown.value);
  }

  function read(wanted: Looking, params: { project: string }): Promise<Uint8Array<ArrayBuffer>> {
    if (wanted.kind === 'edit') return client.edits.assignmentAt({ params: { ...params, edit: wanted.edit } });
    const { minSize } = edits.history.cuts.cut;
    const { threshold } = wanted;
    const query = wanted.kind === 'object' ? { anchor: wanted.anchor } : { minSize };
    return client.edits.assignmentAtCut({ params, query: { ...query, ...(threshold === null ? {} : { threshold }) } });
  }

  function look(at: Looking): void {
    if (looking.value !== null && looking.value.kind !== at.kind) end();
    looking.value = at;
    asker.push(at);
  }

  /** Back to the segments of the project. */
  function end(): void {
    if (looking.value === null) return;
    asker.clear();
    looking.value = null;
    shown.value = null;
    view.setPreviewAssignment(null);
  }

  /** Makes what is looked at the state of the project. */
  async function commit(): Promise<void> {
    const at = looking.value;
    if (at === null) return;
    const { minSize } = edits.history.cuts.cut;
    const outcome =
      at.kind === 'edit'
        ? await edits.goTo(at.edit)
        : at.kind === 'object'
          ? await edits.commit({ kind: 'object-threshold', anchor: at.anchor, threshold: at.threshold })
          : await edits.commit({ kind: 'threshold', cut: { threshold: at.threshold, minSize } });
    // A change of many segments comes as a whole, after the event: until then the preview is what they will be.
    if (outcome.isMade && outcome.done.delta === null && at.kind !== 'edit')
      await until(() => project.assignment).changed({ timeout: 3000 });
    if (!outcome.isMade && outcome.reason !== null)
      notices.notify({ level: 'warn', title: 'The edit was not made', reason: outcome.reason });
    // What was begun to be looked at meanwhile goes on; a pointer that only rests says the same again.
    if (JSON.stringify(looking.value) === JSON.stringify(at)) end();
  }

  watch(
    () => project.info?.id,
    () => end(),
  );
  // Under a new edit a threshold means something else; an older state stays what it was.
  watch(
    () => project.assignment,
    () => looking.value !== null && looking.value.kind !== 'edit' && asker.push(looking.value),
  );

  return { looking, shown, segments, diff, look, end, commit };
});
