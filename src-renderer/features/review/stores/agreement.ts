import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import type { Job } from '#contract/routes/jobs.ts';
import type { Agreement, AgreementValues } from '#contract/routes/review.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useFileStore } from '#renderer/features/files/index.ts';
import { describeError, useNoticeStore } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { useEditInView } from '../composables/useEditInView.ts';
import { draftOf, sourceOf } from '../model/truthDraft.ts';
import type { TruthDraft, TruthFit } from '../model/truthDraft.ts';

const UNHARMED = 'The project is as it was.';

/** How far the segmentation agrees with ground truth, now and after the edit that is being prepared. */
export const useAgreementStore = defineStore('agreement', () => {
  const { client, on } = useEngine();
  const project = useProjectStore();
  const files = useFileStore();
  const notices = useNoticeStore();
  const edit = useEditInView();
  const latest = createLatest();
  const latestPreview = createLatest();

  const agreement = shallowRef<Agreement | null>(null);
  /** What the edit in view would change. */
  const change = shallowRef<AgreementValues | null>(null);
  /** The file that was chosen, before it is compared with. */
  const draft = shallowRef<TruthDraft | null>(null);
  /** Why what was chosen cannot be compared with. */
  const problem = ref<string | null>(null);
  const isAsking = ref(false);
  /** The comparison that is under way. */
  const job = shallowRef<Job | null>(null);
  /** The comparison that an event told of last: it may come before the answer to who began it. */
  let lastTold: Job | null = null;
  const id = computed(() => (project.info?.segmentation ? project.info.id : null));

  async function read(): Promise<void> {
    if (id.value === null) return;
    const params = { project: id.value };
    const answer = await latest.run((signal) => client.review.agreement({ params }, { signal })).catch(() => undefined);
    if (answer !== undefined) agreement.value = answer;
  }

  /** Asks for a file and shows its labels, to say which are the truth. */
  async function choose(): Promise<void> {
    const asked = id.value;
    const path = await files.choose('volume');
    if (path === null || id.value === null) return;
    problem.value = null;
    try {
      const found = draftOf(await client.volumes.describe({ query: { path } }));
      if (id.value !== asked) return;
      draft.value = found;
      if (found !== null) return;
      const reason = 'It holds no volume of whole numbers. Ground truth is labels: the id of an object in every voxel.';
      notices.notify({ level: 'warn', title: 'The ground truth was not attached', reason, unharmed: UNHARMED });
    } catch (error) {
      if (describeError(error) !== null)
        notices.report(error, 'The file could not be looked at', { unharmed: UNHARMED });
    }
  }

  /** Starts to compare with what was chosen. What does not fit is said where it was chosen. */
  async function attach(fit: TruthFit): Promise<void> {
    if (draft.value === null || id.value === null) return;
    const { components, minSize, offset } = draft.value;
    const place = fit === 'elsewhere' ? ([...offset] as [number, number, number]) : null;
    const body = { source: sourceOf(draft.value), components, minSize, offset: place };
    isAsking.value = true;
    try {
      const begun = await client.review.attach({ params: { project: id.value }, body });
      job.value = begun;
      draft.value = null;
      if (lastTold?.id === begun.id) follow(lastTold);
    } catch (error) {
      problem.value = describeError(error)?.reason ?? null;
    }
    isAsking.value = false;
  }

  /** Ends the comparison under way. */
  async function cancel(): Promise<void> {
    if (job.value !== null) await client.jobs.cancel({ params: { job: job.value.id } }).catch(() => undefined);
  }

  /** The comparison under way, and what came of it. */
  function follow(told: Job): void {
    if (told.kind !== 'truth' || told.project !== id.value) return;
    lastTold = told;
    const isUnderWay = told.state === 'queued' || told.state === 'running';
    if (told.state === 'failed' && told.error !== null && job.value?.id === told.id)
      notices.notify({
        level: 'warn',
        title: 'The ground truth was not attached',
        reason: told.error.message,
        unharmed: UNHARMED,
      });
    job.value = isUnderWay ? told : null;
  }

  async function detach(): Promise<void> {
    if (id.value === null) return;
    await client.review.detach({ params: { project: id.value } });
    agreement.value = null;
  }

  async function foresee(): Promise<void> {
    const body = edit.value;
    if (body === null || agreement.value === null || id.value === null) {
      latestPreview.cancel();
      change.value = null;
      return;
    }
    const params = { project: id.value };
    const answer = await latestPreview
      .run((signal) => client.review.agreementAfter({ params, body }, { signal }))
      // An edit that cannot be made says so where it is prepared.
      .catch(() => null);
    if (answer !== undefined) change.value = answer?.change ?? null;
  }

  watch(
    id,
    () => {
      latest.cancel();
      agreement.value = null;
      draft.value = job.value = null;
      void read();
    },
    { immediate: true },
  );
  watch(
    () => draft.value?.dataset,
    () => (problem.value = null),
  );
  watch([edit, agreement], () => void foresee());
  on('assignment', (event) => event.project === id.value && agreement.value !== null && void read());
  on('review', (event) => event.project === id.value && void read());
  on('job', (event) => follow(event.job));
  on('reset', () => void read());

  return { agreement, change, draft, problem, isAsking, job, choose, attach, cancel, detach };
});
