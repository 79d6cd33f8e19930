import { join } from 'node:path';

import type { ExportRequest } from '#contract/routes/exports.ts';
import type { Job, JobCourse, JobState } from '#contract/routes/jobs.ts';
import { FascicleError, isFascicleError } from '#domain/errors.ts';
import type { EventHub } from '#engine/http/eventHub.ts';
import type { OpenProject, ProjectRegistry } from '#engine/http/projectRegistry.ts';
import { DEFAULT_MEMORY_BUDGET_BYTES } from '#engine/inference/inferAffinities.ts';
import { runningChildren } from '#engine/jobs/childJob.ts';
import type { GroundTruth } from '#engine/metrics/groundTruth.ts';
import { takeWishedTruth } from '#engine/metrics/wishedTruth.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { endJob, readJob, readJobs, recordJob, writeJobState } from '#engine/project/jobs.ts';
import type { JobRecord } from '#engine/project/jobs.ts';
import type { Project } from '#engine/project/project.ts';
import type { SegmentationRequest } from '#engine/segmentation/request.ts';
import { memoryBudgetBytes } from '#engine/system/choices.ts';
import type { Log } from '#engine/user/log.ts';
import type { PreferencesStore } from '#engine/user/preferences.ts';

import { coalesce } from './coalesce.ts';
import type { DerivedData } from './derivedData.ts';
import { createExportJob } from './exportJob.ts';
import { jobIdOf, parseJobId, unknownJob } from './jobId.ts';
import { onlyReads } from './jobKinds.ts';
import { openJobLog } from './jobLog.ts';
import type { LiveJob } from './jobLife.ts';
import { createLiveJob } from './liveJob.ts';
import type { SpeedStore } from './speeds.ts';
import { presentStored, storedCourse, storedState } from './storedJob.ts';
import { createTruthJob } from './truthJob.ts';
import { VIEW_DATA_JOB, wishForViewData } from './viewData.ts';
import { createViewDataJob } from './viewDataJob.ts';

/** The background work of an engine: one heavy job at a time, the others in the order in which they came. */
export interface JobManager {
  /** Of open projects, newest first. */
  list(): Job[];
  /** @throws FascicleError 'not-found' for an unknown job */
  get(id: string): Job;
  course(id: string): Promise<JobCourse>;
  /**
   * Starts a job that fills an open project.
   *
   * @throws FascicleError 'conflict' for a project that has an unfinished job under way or is open for reading only
   */
  start(project: string, request: SegmentationRequest): Promise<Job>;
  /**
   * Starts a job that writes files of the state that an open project has when it begins.
   *
   * @throws FascicleError as `start`
   */
  startExport(project: string, request: ExportRequest): Promise<Job>;
  /**
   * Starts a job that compares an open project with ground truth, in place of any that is attached.
   *
   * @throws FascicleError as `start`; 'conflict' while another comparison of the project waits or runs
   */
  startTruth(project: string, truth: GroundTruth): Promise<Job>;
  /**
   * Starts the job that makes what windows need of an open project and it lacks, or goes on with it; null where nothing is lacking, or
   * where that is the user's to decide (see `wishForViewData`). Such a job gives way to every other one, and goes on after it.
   */
  prepare(project: string): Promise<Job | null>;
  /** The next three: @throws FascicleError 'not-found'; 'conflict' in a state that does not allow it */
  cancel(id: string): Promise<Job>;
  pause(id: string): Promise<Job>;
  resume(id: string): Promise<Job>;
  /** Ends the compute processes of a project's jobs and keeps their place. */
  pauseProject(project: string): Promise<void>;
  /** The compute processes that run now, for the memory that is shown. */
  processIds(): readonly number[];
  /** Pauses everything: the engine ends. */
  close(): Promise<void>;
}

export interface JobManagerOptions {
  readonly projects: Pick<ProjectRegistry, 'get' | 'list' | 'changed'>;
  readonly events: Pick<EventHub, 'publish'>;
  readonly preferences: Pick<PreferencesStore, 'read'>;
  readonly speeds: SpeedStore;
  readonly derived: DerivedData;
  readonly log: Log;
  readonly now?: () => number;
}

/** The states in which each wish is granted. */
const ALLOWED = {
  cancel: ['queued', 'running', 'paused', 'interrupted', 'failed'],
  pause: ['queued', 'running'],
  resume: ['paused', 'interrupted', 'failed', 'cancelled'],
} as const satisfies Record<string, readonly JobState[]>;

/** At most five events a second for each job. */
const EVENT_INTERVAL_MS = 200;

/** Makes the manager. Jobs that an earlier engine left unfinished are found in their projects when those are open. */
export function createJobManager(options: JobManagerOptions): JobManager {
  const { projects, events, preferences, speeds, derived, log, now = Date.now } = options;
  const live = new Map<string, LiveJob>();
  const queue: LiveJob[] = [];
  /** Those that gave way, to be taken up again when nothing else waits. */
  const aside: string[] = [];
  /** Jobs that are about to be added. */
  let expected = 0;
  let running: LiveJob | null = null;
  let closed = false;

  const isUnderWay = ({ state }: { state: JobState }) => state === 'queued' || state === 'running';

  function find(id: string): { open: OpenProject; record: JobRecord } {
    const { project, record: row } = parseJobId(id);
    const open = projects.list().find((candidate) => candidate.id === project);
    const record = open && readJob(open.project.database, row);
    if (open === undefined || record === undefined) throw unknownJob(id);
    return { open, record };
  }

  function get(id: string): Job {
    const known = live.get(id);
    if (known !== undefined) return known.present();
    const { open, record } = find(id);
    return presentStored(open.id, record);
  }

  function require(id: string, wish: keyof typeof ALLOWED): void {
    const state = live.get(id)?.state ?? storedState(find(id).record);
    if (!(ALLOWED[wish] as readonly JobState[]).includes(state))
      throw new FascicleError('conflict', `The job is ${state}, and only ${ALLOWED[wish].join(', ')} jobs ${wish}.`);
  }

  const isBusy = (project: string) => [...live.values()].some((job) => job.project === project && isUnderWay(job));

  /**
   * Jobs that leave the project as it is wait for each other, whoever fills it has it alone. Of comparisons with ground truth only the
   * last would count, so there is one at a time.
   */
  function requireIdle(project: string, kind: string): void {
    const others = [...live.values()].filter((job) => job.project === project && isUnderWay(job));
    const truth = kind === 'truth' ? others.map((job) => job.present()).find((job) => job.kind === 'truth') : undefined;
    if (truth !== undefined)
      throw new FascicleError(
        'conflict',
        `The project is being compared with ${truth.detail} already. Wait for it, or cancel it and attach the other one.`,
      );
    if (others.some((job) => !onlyReads(kind) || !onlyReads(job.present().kind)))
      throw new FascicleError('conflict', 'A job of this project is under way. Wait for it, or pause it.');
  }

  function add(open: OpenProject, record: JobRecord): LiveJob {
    const { id: projectId, project } = open;
    requireIdle(projectId, record.kind);
    const id = jobIdOf(projectId, record);
    const publish = coalesce(() => events.publish({ type: 'job', job: job.present() }), EVENT_INTERVAL_MS);
    const shared = {
      ...{ id, open, record, now },
      log: openJobLog(logPath(project, record), now),
      onChange: (important: boolean) => (important ? publish.now() : publish.change()),
    };
    const onProjectChange = () => projects.changed(projectId).catch(ignoreClosed);
    // More makes the blocks of the network so large that a pause loses much and progress comes in jumps.
    const budget = async () => Math.min(DEFAULT_MEMORY_BUDGET_BYTES, memoryBudgetBytes(await preferences.read()));
    const make = (): LiveJob => {
      if (record.kind === 'export') return createExportJob(shared);
      if (record.kind === 'truth')
        return createTruthJob(shared, () => events.publish({ type: 'review', project: projectId }));
      const filling = { ...shared, speeds, derived, onProjectChange };
      if (record.kind === VIEW_DATA_JOB) return createViewDataJob(filling);
      return createLiveJob({ ...filling, memoryBudgetBytes: budget });
    };
    const job = make();
    live.set(id, job);
    queue.push(job);
    publish.now();
    next();
    return job;
  }

  function next(): void {
    if (running !== null || closed) return;
    const job = queue.shift();
    if (job === undefined) return takeUpAgain();
    if (job.state !== 'queued') return next();
    running = job;
    job
      .run()
      .catch((error: unknown) => log.error(`Job ${job.id} could not be ended`, error))
      .then(() => {
        running = null;
        compare(job);
      })
      .catch((error: unknown) => log.error(`${job.project} is not compared with its ground truth`, error))
      .finally(next);
  }

  /** A project that was filled is compared with the ground truth that was named when it was made. */
  function compare({ project: id, state }: LiveJob): void {
    const open = projects.list().find((candidate) => candidate.id === id);
    if (state !== 'done' || open === undefined) return;
    const truth = takeWishedTruth(open.project);
    if (truth === null) return;
    startTruth(open, truth).catch((error: unknown) => log.error(`${id} is not compared with ${truth.source}`, error));
  }
  const startTruth = (open: OpenProject, truth: GroundTruth): Promise<Job> =>
    addFirst(open, 'truth', (database) => recordJob(database, 'truth', truth, new Date(now())));

  /** Adds a job that somebody asked for, in front of those that give way. */
  async function addFirst(
    open: OpenProject,
    kind: string,
    record: (database: ProjectDatabase) => number,
  ): Promise<Job> {
    const { database } = open.project;
    requireWritable(open.project);
    expected++;
    try {
      const giving = [...live.values()].filter((job) => job.givesWay && isUnderWay(job));
      aside.push(...giving.map(({ id }) => id));
      await pauseAll(giving);
      requireIdle(open.id, kind);
      return add(open, readJob(database, record(database))!).present();
    } finally {
      expected--;
      next();
    }
  }

  function takeUpAgain(): void {
    const id = expected > 0 ? undefined : aside.shift();
    if (id === undefined) return;
    // Cancelled meanwhile, or its project was closed.
    if (live.get(id)?.state !== 'paused') return takeUpAgain();
    requeue(id);
  }

  function requeue(id: string): LiveJob {
    const { open, record } = find(id);
    writeJobState(open.project.database, record.id, 'queued');
    return add(open, readJob(open.project.database, record.id)!);
  }

  async function pauseAll(jobs: readonly LiveJob[]): Promise<void> {
    // Those that wait first, so that none of them starts in between.
    const waiting = jobs.filter(({ state }) => state === 'queued');
    await Promise.all([...waiting, ...jobs.filter((job) => !waiting.includes(job))].map((job) => job.stop('paused')));
  }

  return {
    list: () =>
      projects
        .list()
        .flatMap((open) => readJobs(open.project.database).map((record) => get(jobIdOf(open.id, record))))
        .toSorted((a, b) => b.queuedAt.localeCompare(a.queuedAt)),
    get,
    course(id) {
      const known = live.get(id);
      if (known !== undefined) return known.course();
      const { open, record } = find(id);
      return storedCourse(record, logPath(open.project, record));
    },
    async start(projectId, request) {
      const kind = request.method.kind === 'labels' ? 'graph' : 'segment';
      return addFirst(projects.get(projectId), kind, (database) => recordJob(database, kind, request, new Date(now())));
    },
    async startExport(projectId, request) {
      return addFirst(projects.get(projectId), 'export', (database) =>
        recordJob(database, 'export', request, new Date(now())),
      );
    },
    startTruth: async (projectId, truth) => startTruth(projects.get(projectId), truth),
    async prepare(projectId) {
      const open = projects.get(projectId);
      const { project } = open;
      const wish = await wishForViewData(project);
      // It may have been closed, or given work, while its files were looked at.
      if (wish === 'nothing' || isBusy(projectId) || closed || !projects.list().includes(open)) return null;
      const { database } = project;
      const row = wish === 'begin' ? recordJob(database, VIEW_DATA_JOB, {}, new Date(now())) : wish.resume.id;
      return requeue(jobIdOf(projectId, readJob(database, row)!)).present();
    },
    async cancel(id) {
      require(id, 'cancel');
      const known = live.get(id);
      if (known !== undefined && isUnderWay(known)) await known.stop('cancelled');
      else {
        const { open, record } = find(id);
        requireWritable(open.project);
        endJob(open.project.database, record.id, 'cancelled', {
          kind: 'cancelled',
          message: 'It was cancelled. Finished blocks are kept.',
        });
        live.delete(id);
        events.publish({ type: 'job', job: get(id) });
      }
      return get(id);
    },
    async pause(id) {
      require(id, 'pause');
      await live.get(id)?.stop('paused');
      return get(id);
    },
    async resume(id) {
      require(id, 'resume');
      const { open, record } = find(id);
      requireWritable(open.project);
      if (record.request === null)
        throw new FascicleError(
          'unsupported',
          'This job was started by an older program, which did not write down how. Run the same command again: it goes on.',
        );
      if (record.kind === VIEW_DATA_JOB) return requeue(id).present();
      return addFirst(open, record.kind, (database) => {
        writeJobState(database, record.id, 'queued');
        return record.id;
      });
    },
    pauseProject: async (project) => {
      const own = [...live.values()].filter((job) => job.project === project);
      await pauseAll(own);
      for (const { id } of own) live.delete(id);
    },
    processIds: () => runningChildren(),
    async close() {
      closed = true;
      await pauseAll([...live.values()]);
    },
  };
}

const logPath = ({ paths }: Project, { id }: JobRecord) => join(paths.logs, `job-${id}.log`);

function requireWritable({ readOnly, paths }: Project): void {
  if (readOnly)
    throw new FascicleError('conflict', `${paths.directory} is open for reading only: another program writes to it.`);
}

/** A project may be closed while its job tells of a change. */
function ignoreClosed(error: unknown): void {
  if (!isFascicleError(error, 'not-found')) throw error;
}
