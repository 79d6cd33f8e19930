import { parentPort } from 'node:worker_threads';

import { blockFragments } from '#engine/meshes/blockFragments.ts';
import type { BlockInput, EncodedFragment } from '#engine/meshes/blockFragments.ts';
import type { WorkerAnswer } from '#engine/meshes/workerPool.ts';

/** Entry of a thread of the mesh process: makes the fragments of one block after the other. */
parentPort!.on('message', (input: BlockInput) => {
  blockFragments(input).then(
    (answer) =>
      post(
        { answer },
        answer.map(({ bytes }) => bytes.buffer as ArrayBuffer),
      ),
    (error: unknown) => post({ error }),
  );
});

function post(message: WorkerAnswer<EncodedFragment[]>, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}
