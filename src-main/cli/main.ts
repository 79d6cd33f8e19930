import { readFileSync } from 'node:fs';

import { Command, CommanderError } from 'commander';

import { FascicleError, isCancellation, isFascicleError } from '#domain/errors.ts';

import { registerCommands } from './commands/index.ts';
import { createInterrupts } from './interrupts.ts';
import { exitCodeOf, processTerminal } from './output.ts';
import type { Terminal } from './output.ts';

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly signal: AbortSignal;
}

/** Exit code for a command line that cannot be understood, as shells and users expect it. */
const USAGE_ERROR = 2;

/** Exit code after Ctrl-C, as shells have it. */
const CANCELLED = 130;

/** Commands that keep what was finished when they are cancelled. */
const GOING_ON: ReadonlySet<string | undefined> = new Set(['segment', 'graph', 'watershed']);
const GOES_ON = 'What was finished is kept; the same command goes on from there.';

/**
 * Runs the `fascicle` command and returns its exit code. Nothing is thrown: trouble is one message on standard error.
 *
 * @param args the arguments after the program's name
 */
export async function main(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const { signal, interrupt } = createInterrupts(
    () => process.exit(CANCELLED),
    () => performance.now(),
  );
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const program = makeProgram({ terminal, signal });
  try {
    // As a path it would name the folder that the shell is in.
    if (args.includes(''))
      throw new FascicleError('bad-request', 'An argument is empty. Is a variable of the shell not set?');
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    if (signal.aborted && isCancellation(error)) {
      terminal.err(GOING_ON.has(args[0]) ? `Cancelled. ${GOES_ON}` : 'Cancelled.');
      return CANCELLED;
    }
    terminal.err(isFascicleError(error) ? `fascicle: ${error.message}` : describeDefect(error));
    return exitCodeOf(error);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function makeProgram(context: CommandContext): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const program = new Command('fascicle')
    .description('Segments microscope volumes of neurons and measures the result, on this machine.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for what this command takes)')
    .configureOutput({
      writeOut: (text) => context.terminal.out(text.trimEnd()),
      writeErr: (text) => context.terminal.err(text.trimEnd()),
    });
  registerCommands(program, context);
  return program;
}

function describeDefect(error: unknown): string {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `fascicle: this is a defect of the program, please report it with the following:\n${detail}`;
}
