/** The engine as the shell sees it: a process that gets one message, sends one, and ends. Electron's UtilityProcess has this shape. */
export interface EngineProcess {
  postMessage(message: EngineStart): void;
  once(event: 'message', listener: (message: EngineReady) => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

/** How the engine is told to serve. After a restart it takes the same port and token, so that open windows find it again. */
export interface EngineStart {
  readonly type: 'start';
  /** 0 for any free port. */
  readonly port: number;
  readonly token: string;
}

export interface EngineReady {
  readonly type: 'ready';
  readonly port: number;
  /** What a window loads; the token is in the fragment, which no request carries. */
  readonly address: string;
}

export type EngineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly address: string }
  | { readonly kind: 'restarting'; readonly exitCode: number; readonly attempt: number }
  | { readonly kind: 'given-up'; readonly exitCode: number }
  | { readonly kind: 'stopped' };

export interface EngineHostOptions {
  readonly spawn: () => EngineProcess;
  readonly token: string;
  readonly onState: (state: EngineState) => void;
  /** Calls back after some milliseconds; injected in tests. */
  readonly delay?: (milliseconds: number, then: () => void) => void;
}

/** Pauses before the next start, milliseconds. After the last one the engine stays down until a person asks. */
const PAUSES = [0, 500, 2000, 5000] as const;

/**
 * Keeps the engine running: starts it again after a crash, with growing pauses, and gives up when it cannot even start. What was
 * acknowledged is on disk, so a restart loses nothing.
 */
export function createEngineHost(options: EngineHostOptions) {
  const { spawn, token, onState, delay = (ms, then) => setTimeout(then, ms) } = options;
  let child: EngineProcess | null = null;
  let port = 0;
  let failures = 0;
  let isStopped = false;

  function start(): void {
    if (isStopped) return;
    if (failures === 0) onState({ kind: 'starting' });
    const mine = spawn();
    child = mine;
    mine.once('message', ({ port: chosen, address }) => {
      port = chosen;
      failures = 0;
      onState({ kind: 'ready', address });
    });
    mine.once('exit', (exitCode) => ended(mine, exitCode));
    mine.postMessage({ type: 'start', port, token });
  }

  function ended(which: EngineProcess, exitCode: number): void {
    if (which !== child || isStopped) return;
    child = null;
    const pause = PAUSES[failures];
    failures++;
    if (pause === undefined) return onState({ kind: 'given-up', exitCode });
    onState({ kind: 'restarting', exitCode, attempt: failures });
    delay(pause, start);
  }

  return {
    start,
    /** Starts again after it gave up, or replaces an engine that hangs. */
    restart(): void {
      const old = child;
      child = null;
      old?.kill();
      failures = 0;
      start();
    },
    stop(): void {
      isStopped = true;
      child?.kill();
      child = null;
      onState({ kind: 'stopped' });
    },
  };
}
