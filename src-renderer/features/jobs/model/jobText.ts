import type { Job, JobStage, JobState } from '#contract/routes/jobs.ts';
import {
  formatCount,
  formatDuration,
  formatMoment,
  formatPercent,
  formatSignificant,
  formatTimeLeft,
} from '#renderer/format/index.ts';
import type { IconName } from '#renderer/ui/iconNames.ts';

/** The icon and the tone of a state: never the colour alone. */
export const STATE_MARKS: Readonly<Record<JobState, { icon: IconName; tone: '' | 'accent' | 'ok' | 'warn' | 'err' }>> =
  {
    queued: { icon: 'clock', tone: '' },
    running: { icon: 'half', tone: 'accent' },
    paused: { icon: 'pause', tone: 'accent' },
    interrupted: { icon: 'unlinked', tone: 'warn' },
    done: { icon: 'done', tone: 'ok' },
    failed: { icon: 'warn', tone: 'err' },
    cancelled: { icon: 'x', tone: '' },
  };

/** The stage that is under way, else the first that waits. */
export function currentStage(job: Job): JobStage | null {
  return (
    job.stages.find(({ state }) => state === 'running' || state === 'failed') ??
    job.stages.find(({ state }) => state === 'waiting') ??
    null
  );
}

/** The line under a job's title in the list. */
export function summaryOf(job: Job, now: Date): string {
  const stage = currentStage(job);
  switch (job.state) {
    case 'queued':
      return 'waits for its turn';
    case 'running': {
      const left = job.secondsLeft === null ? formatPercent(job.fraction) : `${formatTimeLeft(job.secondsLeft)} left`;
      return stage === null ? left : `${stage.title}, ${left}`;
    }
    case 'paused':
      return `paused at ${formatPercent(job.fraction)}`;
    case 'interrupted':
      return `${stage?.title ?? 'Stopped'}, interrupted at ${formatPercent(job.fraction)}`;
    case 'failed':
      return `Stopped: ${firstSentence(job.error?.message ?? 'no reason was given')}`;
    case 'cancelled':
      return `Cancelled by you at ${formatPercent(job.fraction)}`;
    case 'done':
      return [job.endedAt === null ? null : formatMoment(job.endedAt, now), durationOf(job)].filter(Boolean).join(', ');
  }
}

/** How long a finished job was under way; null where it never began. */
function durationOf({ startedAt, endedAt }: Job): string | null {
  if (startedAt === null || endedAt === null) return null;
  return formatDuration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}

/** A head figure of a job: its name, what is large and what stands small beside it. */
export interface JobFigure {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
}

/** Time left, share done and speed; dashes where they are not known, so that nothing jumps. */
export function headFigures(job: Job): JobFigure[] {
  return [
    timeFigure(job),
    { name: 'Done', value: formatPercent(job.fraction) },
    job.voxelsPerSecond === null || job.state !== 'running'
      ? { name: 'Speed', value: '–' }
      : { name: 'Speed', value: formatSignificant(job.voxelsPerSecond / 1e6), unit: 'Mvoxel/s' },
  ];
}

function timeFigure(job: Job): JobFigure {
  if (job.state === 'done') return { name: 'Took', value: durationOf(job) ?? '–' };
  return { name: 'Left', value: job.secondsLeft === null ? '–' : formatTimeLeft(job.secondsLeft) };
}

/** The line under a stage: its count while it runs, its time when it is done. */
export function stageText(stage: JobStage): string {
  switch (stage.state) {
    case 'waiting':
      return stage.done > 0 ? countText(stage) : 'waits';
    case 'done':
      return formatDuration(stage.seconds);
    case 'running':
    case 'failed':
      return stage.total > 0 ? countText(stage) : 'under way';
  }
}

/** '713 of 1 152 blocks', '0 of 1 block'. */
function countText({ done, total, unit }: JobStage): string {
  return `${formatCount(done)} of ${formatCount(total)} ${total === 1 ? unit.replace(/s$/, '') : unit}`;
}

/** Of a stage, 0..1. */
export function stageFraction({ state, done, total }: JobStage): number {
  return state === 'done' ? 1 : total > 0 ? Math.min(1, done / total) : 0;
}

/** What is true if it stops now, in the words of its state. */
export function resumeLine(job: Job): { name: string; text: string } | null {
  if (job.resume === null) return null;
  return { name: job.state === 'running' ? 'If it stops now' : 'To go on', text: job.resume };
}

/** A text whose long checksums show their ends only: 'sha256 9f3c…a71e'. The whole is kept where it is copied from. */
export function shortenHashes(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{4})[0-9a-f]{24,}([0-9a-f]{4})\b/g, '$1…$2');
}

function firstSentence(text: string): string {
  const [clause] = /^.*?[.:](?=\s|$)/.exec(text) ?? [text];
  return clause.replace(/:$/, '.');
}
