import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';

import { main } from '../../src-main/cli/main.ts';

import { REPOSITORY } from './folders.ts';

/** What a command left on its two outputs, and its exit code. */
export interface Outcome {
  /** Null where a signal ended the program. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process, as before a person: fast, for what a user reads. */
export async function runHere(...args: string[]): Promise<Outcome> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const terminal = {
    out: (line: string) => void stdout.push(line),
    err: (line: string) => void stderr.push(line),
    isRead: true,
    status: null,
  };
  const code = await main(args, terminal);
  return { code, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
}

/** Runs a command that must succeed, in this process, and parses the JSON that it prints. */
export async function jsonHere<Result = unknown>(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await runHere(...args, '--json');
  if (code !== 0) throw new Error(`fascicle ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Result;
}

/** The command line of the real program, for a shell. */
export const PROGRAM = [process.execPath, join(REPOSITORY, 'bin', 'fascicle.js')] as const;

/** A program under way. */
export interface Running {
  readonly pid: number;
  readonly outcome: Promise<Outcome>;
  /** Of standard output; never where the program ends without one. */
  readonly firstLine: Promise<string>;
  /** Sends a signal to the program and all that it started, as a terminal does. */
  signalAll(signal: NodeJS.Signals): void;
}

/** Starts a program in a process group of its own. */
export function start(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
  const child: ChildProcess = spawn(command[0], command.slice(1), {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Test runners put options for their own loader here.
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
  });
  const outputs = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.setEncoding('utf8').on('data', (text: string) => (outputs[name] += text));
  const firstLine = new Promise<string>((resolve) => {
    child.stdout!.on('data', () => {
      const end = outputs.stdout.indexOf('\n');
      if (end >= 0) resolve(outputs.stdout.slice(0, end));
    });
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...outputs }));
  });
  return { pid: child.pid!, outcome, firstLine, signalAll: (signal) => process.kill(-child.pid!, signal) };
}

/** Starts a command as a program of its own. */
export const startFascicle = (...args: string[]): Running => start([...PROGRAM, ...args]);

/** Runs a command as a program of its own. */
export const run = (...args: string[]): Promise<Outcome> => startFascicle(...args).outcome;

/** Runs a command that must succeed and parses the JSON that it prints. */
export async function runJson<Result>(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await run(...args, '--json');
  if (code !== 0) throw new Error(`fascicle ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Result;
}

/**
 * Waits until `condition` holds or the program has ended, looking again every few milliseconds.
 *
 * @returns true where the condition came first
 */
export async function until(condition: () => boolean, program: Running): Promise<boolean> {
  let ended = false;
  void program.outcome.then(() => (ended = true));
  while (!ended) {
    if (condition()) return true;
    await delay(2);
  }
  return false;
}

/** The processes of a process group that still run; none where the system is not Linux. */
export function processesOfGroup(group: number): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // After the name in parentheses: state, parent, group.
        const [state, , of] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return Number(of) === group && state !== 'Z';
      } catch {
        return false;
      }
    });
}
