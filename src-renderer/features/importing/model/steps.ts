/** The steps of a new project, in their order. */
export const STEPS = ['choose', 'describe', 'check', 'run'] as const;
export type Step = (typeof STEPS)[number];

/** What moves the wizard. */
export type StepEvent =
  'chosen' | 'unchosen' | 'check-started' | 'check-discarded' | 'run-started' | 'run-failed' | 'back';

/**
 * Legal moves; what is not listed changes nothing. A check can be skipped, a run cannot be gone back from: by then the project exists.
 */
const MOVES: Readonly<Record<Step, Partial<Record<StepEvent, Step>>>> = {
  choose: { chosen: 'describe' },
  describe: { 'check-started': 'check', 'run-started': 'run', back: 'choose', unchosen: 'choose', chosen: 'describe' },
  check: { 'check-discarded': 'describe', 'run-started': 'run', back: 'describe' },
  run: { 'run-failed': 'describe' },
};

/** The step after an event. */
export function nextStep(step: Step, event: StepEvent): Step {
  return MOVES[step][event] ?? step;
}

export interface StepLine {
  readonly step: Step;
  readonly title: string;
  readonly detail: string;
  readonly state: 'done' | 'now' | 'later';
}

const TITLES: Readonly<Record<Step, { title: string; detail: string }>> = {
  choose: { title: 'Choose the volume', detail: 'A file, a folder or a stack of images' },
  describe: { title: 'Describe it', detail: 'Dataset, axes, voxel size, network' },
  check: { title: 'Check a small box', detail: 'One minute, before the long run' },
  run: { title: 'Run', detail: 'Can be paused at any time' },
};

/**
 * The steps as the list shows them.
 *
 * @param chosen one line about the file, null before there is one
 */
export function stepLines(current: Step, chosen: string | null): StepLine[] {
  const now = STEPS.indexOf(current);
  return STEPS.map((step, i) => ({
    step,
    title: TITLES[step].title,
    detail: step === 'choose' && chosen !== null ? chosen : TITLES[step].detail,
    state: i < now ? 'done' : i === now ? 'now' : 'later',
  }));
}
