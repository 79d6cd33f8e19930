import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { createQueue } from './queue.ts';

/** The log of the engine. One line for each call; `cause` is an error whose stack goes below it. */
export interface Log {
  info(text: string): void;
  warn(text: string, cause?: unknown): void;
  error(text: string, cause?: unknown): void;
  /** Waits until everything is on disk. */
  close(): Promise<void>;
}

/** A file is renamed to '.1', that one to '.2' and so on, when it is larger. */
const MAX_BYTES = 4 * 2 ** 20;
const KEPT_FILES = 3;

/** A log in `engine.log` of a folder. A disk that is full costs the log, never the work: failures to write are dropped. */
export function createFileLog(directory: string, options: { maxBytes?: number; now?: () => Date } = {}): Log {
  const { maxBytes = MAX_BYTES, now = () => new Date() } = options;
  const path = join(directory, 'engine.log');
  const inTurn = createQueue();
  let size: number | null = null;

  const write = (level: string, text: string, cause?: unknown): void => {
    const entry = `${now().toISOString()} ${level} ${describe(text, cause)}\n`;
    inTurn(async () => {
      size ??= await prepare(directory, path);
      if (size > maxBytes) {
        await rotate(path);
        size = 0;
      }
      await appendFile(path, entry, { mode: 0o600 });
      size += Buffer.byteLength(entry);
    }).catch(() => undefined);
  };
  return {
    info: (text) => write('info ', text),
    warn: (text, cause) => write('warn ', text, cause),
    error: (text, cause) => write('error', text, cause),
    close: () => inTurn(async () => undefined),
  };
}

/** The bytes that are in the file already. */
async function prepare(directory: string, path: string): Promise<number> {
  await mkdir(directory, { recursive: true });
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function rotate(path: string): Promise<void> {
  for (let age = KEPT_FILES - 1; age >= 1; age--) await rename(`${path}.${age}`, `${path}.${age + 1}`).catch(() => {});
  await rename(path, `${path}.1`);
}

/** One entry: what came from outside cannot begin a line of its own, so no line can be forged. */
function describe(text: string, cause: unknown): string {
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? '' : String(cause);
  return [text, detail]
    .filter((part) => part !== '')
    .join('\n')
    .replace(/\r?\n/g, '\n    ');
}
