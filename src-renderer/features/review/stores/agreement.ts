import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import type { Agreement, AgreementValues } from '#contract/routes/review.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useFileStore } from '#renderer/features/files/index.ts';
import { describeError, useNoticeStore } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { useEditInView } from '../composables/useEditInView.ts';

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
  const isAttaching = ref(false);
  const id = computed(() => (project.info?.segmentation ? project.info.id : null));

  async function read(): Promise<void> {
    if (id.value === null) return;
    const params = { project: id.value };
    const answer = await latest.run((signal) => client.review.agreement({ params }, { signal })).catch(() => undefined);
    if (answer !== undefined) agreement.value = answer;
  }

  /** Asks for a file of labels, and compares. */
  async function attach(): Promise<void> {
    const path = await files.choose('volume');
    if (path === null || id.value === null) return;
    const params = { project: id.value };
    isAttaching.value = true;
    try {
      const { datasets } = await client.volumes.describe({ query: { path } });
      const labels = datasets.find(({ suggestedUse }) => suggestedUse === 'labels') ?? datasets[0];
      const source = labels === undefined || labels.name === '' ? path : `${path}:${labels.name}`;
      agreement.value = await client.review.attach({ params, body: { source } });
    } catch (error) {
      if (describeError(error) !== null)
        notices.report(error, 'The ground truth was not attached', { unharmed: 'The project is as it was.' });
    }
    isAttaching.value = false;
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
      agreement.value = null;
      void read();
    },
    { immediate: true },
  );
  watch([edit, agreement], () => void foresee());
  on('assignment', (event) => event.project === id.value && agreement.value !== null && void read());
  on('review', (event) => event.project === id.value && void read());
  on('reset', () => void read());

  return { agreement, change, isAttaching, attach, detach };
});
