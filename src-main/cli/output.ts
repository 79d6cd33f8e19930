import { isFascicleError } from '#domain/errors.ts';
import type { ErrorKind } from '#domain/errors.ts';

/** What a command writes to. Injected, so that tests read what a terminal would show. */
export interface Terminal {
  /** Writes a line of the result to standard output. */
  out(line: string): void;
  /** Writes a line of progress or trouble to standard error. */
  err(line: string): void;
  /** Rewrites the last line of standard error; null where that is not a terminal. */
  readonly status: ((line: string) => void) | null;
  /** True where a person reads standard output, and not a program or a file. */
  readonly isRead: boolean;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  isRead: process.stdout.isTTY,
  status: process.stderr.isTTY ? (line) => void process.stderr.write(`\r\u001b[K${line}`) : null,
};

/** Exit codes by what went wrong; docs/command-line.md lists them. */
const EXIT_CODES: Record<ErrorKind, number> = {
  internal: 1,
  'bad-request': 2,
  'not-found': 3,
  'bad-file': 3,
  ambiguous: 3,
  unsupported: 4,
  conflict: 5,
  storage: 6,
  cancelled: 130,
};

/** The exit code where something could not be written. */
export const STORAGE_EXIT_CODE = EXIT_CODES.storage;

/** The exit code for an error: by its kind, 1 for what nobody foresaw. */
export function exitCodeOf(error: unknown): number {
  return isFascicleError(error) ? EXIT_CODES[error.kind] : 1;
}

/** Prints a result: one JSON document with `--json`, else the lines for a reader. */
export function printResult(terminal: Terminal, json: boolean, result: unknown, lines: () => readonly string[]): void {
  if (json)
    terminal.out(JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? value.toString() : value), 2));
  else for (const line of lines()) terminal.out(line);
}

/** Columns of text, the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? [];
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
  );
}
