import { createClient } from '#contract/client.ts';
import { createSliceRenderer } from '#renderer/rendering/slices/sliceRenderer.ts';
import type { SlicePanel, SliceRenderer } from '#renderer/rendering/slices/sliceRenderer.ts';
import { createTileReader } from '#renderer/rendering/slices/tiles/readTile.ts';

import { createBlockNotices } from './blockNotices.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** The worker's end of the line: a renderer that does what the window says (protocol.ts). */
const port = globalThis as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};
let renderer: SliceRenderer<OffscreenCanvas>;
const panels = new Map<number, SlicePanel>();
/** The newest look of each panel. */
const looks = new Map<number, number>();
const notices = createBlockNotices((blocks) => port.postMessage({ type: 'blocks', blocks }));
let lost: { restore: () => void } | null = null;

port.onmessage = ({ data }) => handle(data);

function handle(message: ToWorker): void {
  switch (message.type) {
    case 'start':
      return start(message);
    case 'addPanel': {
      const { panel, canvas } = message;
      return void panels.set(
        panel,
        renderer.addPanel(canvas, () => tellStatus(panel)),
      );
    }
    case 'removePanel':
      panels.get(message.panel)?.remove();
      looks.delete(message.panel);
      return void panels.delete(message.panel);
    case 'look':
      return look(message);
    case 'scene':
      return renderer.setScene(message.scene);
    case 'assignment':
      return renderer.setAssignment(message.assignment);
    case 'styles':
      return renderer.setStyles(message.styles);
    case 'patches':
      return renderer.setPatches(message.patches);
    case 'retry':
      return renderer.retry();
    case 'forget':
      return renderer.forget(message.layer);
    case 'clear':
      return renderer.clear();
    case 'usage':
      return void answer(message.request, () => renderer.usage());
    case 'picture':
      return void answer(message.request, () => panels.get(message.panel)!.picture());
    case 'loseContext':
      return void (lost = renderer.simulateContextLoss());
    case 'restoreContext':
      return lost?.restore();
  }
}

function start({ access, drawing }: Extract<ToWorker, { type: 'start' }>): void {
  renderer = createSliceRenderer({
    // In memory that the window sees too, for what is under the pointer.
    read: createTileReader(createClient(access), (byteLength) => new SharedArrayBuffer(byteLength)),
    onBlock: notices.add,
    drawing,
  });
  port.postMessage({ type: 'ready' });
}

function look({ panel, look: number, viewport }: Extract<ToWorker, { type: 'look' }>): void {
  looks.set(panel, number);
  panels.get(panel)?.look(viewport);
}

function tellStatus(panel: number): void {
  const status = panels.get(panel)?.status;
  // The window looks under the pointer when it has a status.
  notices.flush();
  if (status) port.postMessage({ type: 'status', panel, look: looks.get(panel) ?? 0, status });
}

async function answer(request: number, work: () => ReturnType<SliceRenderer['usage'] | SlicePanel['picture']>) {
  try {
    const value = await work();
    port.postMessage({ type: 'answer', request, value }, value instanceof ImageBitmap ? [value] : []);
  } catch (error) {
    port.postMessage({ type: 'refusal', request, reason: error as Error });
  }
}
