import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { JobCourse } from '#contract/routes/jobs.ts';
import { errorCode } from '#volumes/fileErrors.ts';

export type LogLine = JobCourse['log'][number];

/** Lines that a window is given: the last ones. */
const SHOWN_LINES = 500;

/** What was said while a job ran, kept in a file that outlives the engine. */
export interface JobLog {
  add(level: LogLine['level'], text: string): void;
  /** The last lines, oldest first, those of earlier runs included. */
  lines(): Promise<LogLine[]>;
  /** Waits until everything is in the file. */
  flush(): Promise<void>;
}

/**
 * Opens the log of a job. The file is made with the first line. A log that cannot be written (a full disk) does not stop the job: its
 * lines are kept in memory.
 */
export function openJobLog(path: string, now: () => number = Date.now): JobLog {
  const added: LogLine[] = [];
  let before: Promise<LogLine[]> | null = null;
  let writing: Promise<unknown> = Promise.resolve();
  const readBefore = () => (before ??= readLines(path));

  return {
    add(level, text) {
      const line: LogLine = { at: new Date(now()).toISOString(), level, text };
      // What the file holds is read before the first line of this run is added to it.
      const earlier = readBefore();
      added.push(line);
      if (added.length > SHOWN_LINES) added.shift();
      writing = writing
        .then(() => earlier)
        .then(() => mkdir(dirname(path), { recursive: true }))
        .then(() => appendFile(path, formatLine(line)))
        .catch(() => undefined);
    },
    lines: async () => [...(await readBefore()), ...added].slice(-SHOWN_LINES),
    flush: async () => void (await writing),
  };
}

/** One line of the file; a message of several lines stays one. */
function formatLine({ at, level, text }: LogLine): string {
  return `${at} ${level.padEnd(5)} ${text.replaceAll(/\s*\n\s*/g, ' ')}\n`;
}

async function readLines(path: string): Promise<LogLine[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
  const lines = text.split('\n').flatMap((line): LogLine[] => {
    const match = /^(\S+Z) (info|warn|error) +(.*)$/.exec(line);
    return match === null ? [] : [{ at: match[1], level: match[2] as LogLine['level'], text: match[3] }];
  });
  return lines.slice(-SHOWN_LINES);
}
