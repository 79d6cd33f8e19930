import { STORAGE_EXIT_CODE } from './output.ts';

/**
 * Sees to outputs that end before the program does, for its whole life: a failed write is told after the command has returned. What nobody
 * reads any more (`fascicle ... | head`) ends the program quietly; a result that cannot be written (a full disk behind `>`) is a failure.
 */
export function watchOutputs(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`fascicle: The result could not be written to standard output: ${error.message}\n`);
    process.exit(STORAGE_EXIT_CODE);
  });
  // Messages have no other way out; the command goes on without them.
  process.stderr.on('error', () => undefined);
}
