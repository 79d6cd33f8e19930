import type { StageProgress } from '#engine/segmentation/progress.ts';

import type { Terminal } from './output.ts';

/** Progress of any job: the stages have names of their own. */
type AnyStage = Omit<StageProgress, 'stage'> & { readonly stage: string };

/** How often a line is rewritten on a terminal, and how often one is added elsewhere (a log file). */
const REWRITE_MS = 100;
const LOG_MS = 30_000;

/**
 * Shows the progress of a job's stages: one line that is rewritten on a terminal, a line now and then elsewhere.
 * Time left is shown after five seconds, when the speed means something.
 */
export function showProgress(terminal: Terminal, now: () => number = performance.now.bind(performance)) {
  let stage = '';
  let stageStart = 0;
  let doneAtStart = 0;
  let lastShown = -Infinity;

  return {
    update(progress: AnyStage): void {
      const time = now();
      const isNewStage = progress.stage !== stage;
      if (isNewStage) {
        if (stage !== '' && terminal.status) terminal.err('');
        stage = progress.stage;
        stageStart = time;
        doneAtStart = progress.done;
        if (!terminal.status) lastShown = time;
      }
      const isDue = time - lastShown >= (terminal.status ? REWRITE_MS : LOG_MS);
      const isLast = terminal.status !== null && progress.done >= progress.total;
      if (!isDue && !isLast) return;
      lastShown = time;
      (terminal.status ?? terminal.err)(formatProgress(progress, time - stageStart, progress.done - doneAtStart));
    },
    end(): void {
      if (stage !== '' && terminal.status) terminal.err('');
      stage = '';
    },
  };
}

function formatProgress(progress: AnyStage, elapsedMs: number, doneHere: number): string {
  const { done, total } = progress;
  const left = doneHere > 0 && done < total && elapsedMs > 5000 ? (elapsedMs / doneHere) * (total - done) : null;
  return [
    progress.stage.padEnd(22),
    `${Math.round((100 * done) / Math.max(total, 1))} %`.padStart(5),
    `${done} of ${total} ${progress.unit}`.padStart(24),
    left === null ? '' : `${formatDuration(left)} left`,
    progress.note ?? '',
  ]
    .join('  ')
    .trimEnd();
}

/** '12 s', '3 min 20 s', '2 h 5 min'. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
