import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import type { ExportEstimate, ExportReport } from '#contract/routes/exports.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { parentPath } from '#renderer/features/files/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { defaultForm, problemOf, requestOf } from './model/exportForm.ts';
import type { ExportForm } from './model/exportForm.ts';

const ESTIMATE_DELAY_MS = 250;

/** What is to be exported of the open project, what that would take, and what the last export wrote. */
export const useExportStore = defineStore('export', () => {
  const { client, on } = useEngine();
  const project = useProjectStore();
  const view = useViewStore();
  const form = shallowRef<ExportForm>(defaultForm('', ''));
  const estimate = shallowRef<ExportEstimate | null>(null);
  const report = shallowRef<ExportReport | null>(null);
  const failure = ref<string | null>(null);
  const isStarting = ref(false);
  const latest = createLatest({ delayMs: ESTIMATE_DELAY_MS });

  const problem = computed(() => problemOf(form.value, view.selected) ?? estimate.value?.refusal ?? null);

  function change(values: Partial<ExportForm>): void {
    form.value = { ...form.value, ...values };
  }

  async function estimateNow(): Promise<void> {
    const id = project.info?.id;
    if (id === undefined || problemOf(form.value, view.selected) !== null) {
      latest.cancel();
      estimate.value = null;
      return;
    }
    const call = { params: { project: id }, body: requestOf(form.value, view.selected) };
    try {
      const answer = await latest.run((signal) => client.exports.estimate(call, { signal }));
      if (answer === undefined) return;
      estimate.value = answer;
      failure.value = null;
    } catch (error) {
      estimate.value = null;
      failure.value = (error as Error).message;
    }
  }

  async function readReport(): Promise<void> {
    const id = project.info?.id;
    if (id === undefined) return;
    const answer = await client.exports.report({ params: { project: id } });
    if (project.info?.id === id) report.value = answer;
  }

  /** Starts the export. @returns the id of its job, null where the engine refused; `failure` says why */
  async function start(): Promise<string | null> {
    isStarting.value = true;
    try {
      const body = requestOf(form.value, view.selected);
      const job = await client.exports.start({ params: { project: project.info!.id }, body });
      failure.value = null;
      return job.id;
    } catch (error) {
      failure.value = (error as Error).message;
      return null;
    } finally {
      isStarting.value = false;
    }
  }

  watch(
    () => project.info?.directory,
    (directory) => {
      if (directory === undefined) return;
      form.value = defaultForm(parentPath(directory), project.info!.name);
      report.value = null;
    },
    { immediate: true },
  );
  on('job', ({ job }) => {
    if (job.kind !== 'export' || job.project !== project.info?.id || job.state !== 'done') return;
    void readReport().catch(() => undefined);
    void estimateNow();
  });

  return { form, estimate, report, failure, isStarting, problem, change, estimateNow, readReport, start };
});
