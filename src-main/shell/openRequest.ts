import { resolve } from 'node:path';

/**
 * The path that a start of the program asks to open, or null. Chromium's own switches may stand anywhere in the arguments.
 *
 * @param args without the executable, and without the program's folder where it runs from source
 */
export function openRequest(args: readonly string[], workingDirectory: string): string | null {
  const path = args.find((arg) => arg !== '' && !arg.startsWith('-'));
  return path === undefined ? null : resolve(workingDirectory, path);
}
