import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import type { ModelCard } from '#contract/routes/models.ts';
import type { Job } from '#contract/routes/jobs.ts';
import type { Estimate, NewProject, ProjectInfo } from '#contract/routes/projects.ts';
import type { VolumeFile } from '#contract/routes/volumes.ts';
import { boxShape, voxelCount } from '#domain/geometry.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { baseName, projectNameFor } from '#renderer/features/files/index.ts';
import { useMachineStore } from '#renderer/features/machine/index.ts';
import type { ImportRequest } from '#renderer/features/navigation/index.ts';
import { describeError } from '#renderer/features/notices/index.ts';

import { axesText, columnsOf } from './model/axes.ts';
import type { AxisColumn } from './model/axes.ts';
import { entriesOf, entryFor, mainEntry, withFile, withUse } from './model/datasets.ts';
import type { DatasetEntry, DatasetUse, ImportGoal } from './model/datasets.ts';
import { discardAbandonedCheck } from './model/discardAbandonedCheck.ts';
import { newProjectOf, problemsOf, volumeOf } from './model/draft.ts';
import type { DraftField, ImportDraft } from './model/draft.ts';
import { lineOfFile } from './model/lineOfFile.ts';
import { AS_RECOMMENDED } from './model/postprocessing.ts';
import type { PostprocessingDraft } from './model/postprocessing.ts';
import { boundsOf, smallBox, WHOLE_VOLUME } from './model/region.ts';
import type { RegionText } from './model/region.ts';
import { nextStep } from './model/steps.ts';
import type { Step, StepEvent } from './model/steps.ts';

const MODELS_DELAY_MS = 250;
const ESTIMATE_DELAY_MS = 400;
/** Of the folder of a check, beside that of the project. */
const CHECK_SUFFIX = '-check';
const CHECK_RUNS =
  'A check of this volume is running: begun in another window, or before this page was loaded anew. Check again when it is done.';

const reasonOf = (error: unknown): string | null => describeError(error)?.reason ?? null;

/**
 * A new project while it is described: the file as it was read, what the user says about it, the networks that fit and what a run would
 * take. Nothing is written before `start`.
 */
export const useImportStore = defineStore('import', () => {
  const { client } = useEngine();
  const machine = useMachineStore();

  const step = ref<Step>('choose');
  const goal = ref<ImportGoal>('segment');
  const files = shallowRef<readonly VolumeFile[]>([]);
  /** The path that is being read. */
  const reading = ref<string | null>(null);
  const readFailure = ref<{ path: string; reason: string } | null>(null);

  const datasets = shallowRef<readonly DatasetEntry[]>([]);
  const columns = shallowRef<readonly AxisColumn[]>([]);
  const region = shallowRef<RegionText>(WHOLE_VOLUME);
  const model = ref<string | null>(null);
  /** False once the user has said that none is wanted, or came to proofread labels. */
  const wantsNetwork = ref(true);
  const provider = ref('auto');
  const threshold = ref('');
  const minSize = ref('');
  const postprocessing = shallowRef<PostprocessingDraft>(AS_RECOMMENDED);
  const name = ref('');
  const parentDirectory = ref('');

  const models = shallowRef<readonly ModelCard[]>([]);
  const brokenModels = shallowRef<readonly { directory: string; message: string }[]>([]);
  const modelsFailure = ref<string | null>(null);
  const estimate = shallowRef<Estimate | null>(null);
  const estimateFailure = ref<string | null>(null);
  const isEstimating = ref(false);
  /** Voxels per second of whole runs here, by network, as estimates gave them. */
  const speeds = shallowRef<ReadonlyMap<string, number>>(new Map());

  /** The small box that is tried before the long run: a project of its own beside the one that is wanted. */
  const check = shallowRef<{ project: ProjectInfo; job: string } | null>(null);
  const isStarting = ref(false);
  /** Why the check or the run did not begin. */
  const startFailure = ref<string | null>(null);

  const latest = {
    file: createLatest(),
    models: createLatest({ delayMs: MODELS_DELAY_MS }),
    estimate: createLatest({ delayMs: ESTIMATE_DELAY_MS }),
  };

  const recommended = computed(() => models.value.find(({ id }) => id === model.value)?.recommended ?? null);
  const draft = computed<ImportDraft>(() => ({
    datasets: datasets.value,
    columns: columns.value,
    region: region.value,
    model: model.value,
    provider: provider.value,
    threshold: threshold.value,
    minSize: minSize.value,
    postprocessing: postprocessing.value,
    recommended: recommended.value,
    name: name.value,
    parentDirectory: parentDirectory.value,
  }));
  const volume = computed(() => volumeOf(draft.value));
  const main = computed(() => mainEntry(datasets.value));
  /** A network is wanted, but none is known yet: not a choice of the user's. */
  const isAwaitingNetwork = computed(() => wantsNetwork.value && model.value === null);
  const problems = computed(() => {
    const found = datasets.value.length === 0 ? [] : problemsOf(draft.value);
    if (!isAwaitingNetwork.value) return found;
    const text = 'Choose a network, or none.';
    return [...found.filter(({ field }) => field !== 'method'), { field: 'method' as const, text }];
  });
  const newProject = computed(() => (isAwaitingNetwork.value ? null : newProjectOf(draft.value)));
  const fileLine = computed(() => {
    const file = files.value[0];
    return file === undefined ? null : lineOfFile({ ...file, name: baseName(file.path) });
  });

  function problemOf(field: DraftField): string | null {
    return problems.value.find((problem) => problem.field === field)?.text ?? null;
  }

  function send(event: StepEvent): void {
    step.value = nextStep(step.value, event);
  }

  /** Begins anew: with a path where one was dropped or chosen already. */
  function begin({ path, use }: ImportRequest): void {
    Object.values(latest).forEach(({ cancel }) => cancel());
    step.value = 'choose';
    goal.value = use === 'labels' ? 'proofread' : 'segment';
    chooseModel(null);
    wantsNetwork.value = goal.value === 'segment';
    threshold.value = '';
    minSize.value = '';
    postprocessing.value = AS_RECOMMENDED;
    files.value = [];
    datasets.value = [];
    readFailure.value = null;
    reading.value = null;
    startFailure.value = null;
    check.value = null;
    void machine.refresh();
    if (path !== null) void chooseFile(path);
  }

  /** Reads what a path holds and goes on to describe it. */
  async function chooseFile(path: string): Promise<void> {
    const file = await describe(path);
    if (file === undefined) return;
    files.value = [file];
    datasets.value = entriesOf(file, goal.value);
    region.value = WHOLE_VOLUME;
    name.value = projectNameFor(path);
    parentDirectory.value = machine.info?.projectsDirectory ?? '';
    send('chosen');
  }

  /** Adds the datasets of another file. */
  async function addFile(path: string): Promise<void> {
    if (files.value.some((file) => file.path === path)) return;
    const file = await describe(path);
    if (file === undefined) return;
    files.value = [...files.value, file];
    datasets.value = withFile(datasets.value, file, goal.value);
  }

  async function describe(path: string): Promise<VolumeFile | undefined> {
    reading.value = path;
    readFailure.value = null;
    try {
      return await latest.file.run((signal) => client.volumes.describe({ query: { path } }, { signal }));
    } catch (error) {
      readFailure.value = { path, reason: reasonOf(error) ?? 'It was not read.' };
      return undefined;
    } finally {
      if (reading.value === path) reading.value = null;
    }
  }

  function setUse(spec: string, use: DatasetUse): void {
    datasets.value = withUse(datasets.value, spec, use);
  }

  async function readModels(): Promise<void> {
    const size = volume.value.voxelSizeNm;
    try {
      const query = size === null ? {} : { voxelSizeNm: size.join(',') };
      const read = await latest.models.run((signal) => client.models.list({ query }, { signal }));
      if (read === undefined) return;
      models.value = read.models;
      brokenModels.value = read.broken;
      modelsFailure.value = null;
      const isKnown = model.value !== null && read.models.some(({ id }) => id === model.value);
      if (!isKnown && wantsNetwork.value) model.value = read.models[0]?.id ?? null;
    } catch (error) {
      modelsFailure.value = reasonOf(error);
    }
  }

  function chooseModel(id: string | null): void {
    model.value = id;
    wantsNetwork.value = id !== null;
  }

  async function readEstimate(): Promise<void> {
    const wanted = newProject.value;
    if (wanted === null) {
      latest.estimate.cancel();
      isEstimating.value = false;
      estimate.value = null;
      return;
    }
    isEstimating.value = true;
    try {
      const read = await latest.estimate.run((signal) => client.projects.estimate({ body: wanted }, { signal }));
      if (read === undefined) return;
      estimate.value = read;
      estimateFailure.value = null;
      const { shape, region: box } = volume.value;
      if (model.value !== null && shape !== null && read.seconds !== null && read.seconds > 0)
        speeds.value = new Map(speeds.value).set(
          model.value,
          voxelCount(boxShape(boundsOf(box, shape))) / read.seconds,
        );
    } catch (error) {
      estimate.value = null;
      estimateFailure.value = reasonOf(error);
    }
    isEstimating.value = false;
  }

  /** The box of the check: in the middle of the region. */
  const checkBox = computed(() => {
    const { shape, voxelSizeNm, region: box } = volume.value;
    if (shape === null || voxelSizeNm === null) return null;
    return smallBox(boundsOf(box, shape), voxelSizeNm, speeds.value.get(model.value ?? '') ?? null);
  });

  async function create(project: NewProject): Promise<{ project: ProjectInfo; job: Job } | null> {
    isStarting.value = true;
    startFailure.value = null;
    try {
      return await client.projects.create({ body: project });
    } catch (error) {
      startFailure.value = reasonOf(error);
      return null;
    } finally {
      isStarting.value = false;
    }
  }

  /** Segments a small box in the middle as a project of its own. */
  async function startCheck(): Promise<void> {
    if (newProject.value === null || isStarting.value) return;
    await discardCheck();
    const directory = `${newProject.value.directory}${CHECK_SUFFIX}`;
    const wanted: NewProject = {
      ...newProject.value,
      directory,
      region: checkBox.value,
      purpose: 'check',
      truth: null,
    };
    let made = await create(wanted);
    if (made === null) {
      const abandoned = await discardAbandonedCheck(client, directory);
      if (abandoned === 'discarded') made = await create(wanted);
      if (abandoned === 'running') startFailure.value = CHECK_RUNS;
    }
    if (made === null) return;
    check.value = { project: made.project, job: made.job.id };
    send('check-started');
  }

  /** Reads the check again: it has a segmentation once its job is done. */
  async function readCheck(): Promise<void> {
    const made = check.value;
    if (made === null) return;
    const project = await client.projects.get({ params: { project: made.project.id } }).catch(() => null);
    if (project !== null && check.value?.project.id === project.id) check.value = { ...made, project };
  }

  /** Deletes the check; what the user described stays. */
  async function discardCheck(): Promise<void> {
    const made = check.value;
    if (made === null) return;
    check.value = null;
    send('check-discarded');
    try {
      await client.projects.discard({ params: { project: made.project.id } });
    } catch (error) {
      startFailure.value = reasonOf(error);
    }
  }

  /** Makes the project and starts its job; null where the engine refused, and `startFailure` says why. */
  async function startRun(): Promise<{ project: ProjectInfo; job: Job } | null> {
    if (newProject.value === null || isStarting.value) return null;
    await discardCheck();
    send('run-started');
    const made = await create(newProject.value);
    if (made === null) send('run-failed');
    return made;
  }

  watch(
    () => main.value?.spec,
    () => (columns.value = main.value === null ? [] : columnsOf(main.value.info)),
  );
  watch(
    () => [main.value?.spec, volume.value.voxelSizeNm?.join()],
    () => void (main.value !== null && readModels()),
  );
  watch(
    () => JSON.stringify(newProject.value),
    () => void readEstimate(),
  );
  watch(
    () => machine.info?.projectsDirectory,
    (directory) => {
      if (parentDirectory.value === '' && directory !== undefined) parentDirectory.value = directory;
    },
  );

  return {
    step,
    goal,
    files,
    reading,
    readFailure,
    datasets,
    columns,
    region,
    model,
    provider,
    threshold,
    minSize,
    postprocessing,
    recommended,
    name,
    parentDirectory,
    models,
    brokenModels,
    modelsFailure,
    estimate,
    estimateFailure,
    isEstimating,
    speeds,
    volume,
    main,
    image: computed(() => entryFor(datasets.value, 'image')),
    axes: computed(() => axesText(columns.value)),
    problems,
    isAwaitingNetwork,
    newProject,
    fileLine,
    problemOf,
    send,
    begin,
    chooseFile,
    addFile,
    check,
    checkBox,
    isStarting,
    startFailure,
    startCheck,
    readCheck,
    discardCheck,
    startRun,
    setUse,
    chooseModel,
  };
});
