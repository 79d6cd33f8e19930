import { startEngineServer } from './http/startEngineServer.ts';

/**
 * Entry of the engine as a process of its own: Electron's utilityProcess, or `child_process.fork`. It waits for one message, serves, says
 * where, and ends when its parent does.
 */

/** The one message that the engine gets: `{ type: 'start', port, token }`. */
interface Start {
  readonly type: 'start';
  readonly port: number;
  readonly token: string;
}

/** The line to whoever started this process. */
interface Port {
  onStart(listener: (start: Start) => void): void;
  post(message: { type: 'ready'; port: number; address: string }): void;
}

/** Electron adds this to `process` in a utility process. */
interface ParentPort {
  once(event: 'message', listener: (event: { data: Start }) => void): void;
  postMessage(message: unknown): void;
}

// Compute processes are forked from Electron's own binary, which runs as plain Node where this says so.
if (process.versions['electron'] !== undefined) process.env['ELECTRON_RUN_AS_NODE'] = '1';

const port = linkToParent();
port.onStart((start) => void serve(start));

async function serve(start: Start): Promise<void> {
  try {
    const server = await startEngineServer({ port: start.port, token: start.token });
    let isEnding = false;
    const end = () => {
      if (isEnding) return;
      isEnding = true;
      void server.close().finally(() => process.exit(0));
    };
    process.on('SIGTERM', end).on('SIGINT', end).on('disconnect', end);
    port.post({ type: 'ready', port: server.port, address: server.address });
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

function linkToParent(): Port {
  const { parentPort } = process as { parentPort?: ParentPort };
  if (parentPort)
    return {
      onStart: (listener) => parentPort.once('message', ({ data }) => listener(data)),
      post: (message) => parentPort.postMessage(message),
    };
  return {
    onStart: (listener) => void process.once('message', (message) => listener(message as Start)),
    post: (message) => void process.send?.(message),
  };
}
