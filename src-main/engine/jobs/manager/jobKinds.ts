import type { Job } from '#contract/routes/jobs.ts';

const READING: readonly string[] = ['export', 'truth'] satisfies Job['kind'][];

/** Whether jobs of a kind read a project and do not fill it: what became of one says nothing of the project. */
export function onlyReads(kind: string): boolean {
  return READING.includes(kind);
}
