import { createPinia } from 'pinia';
import { createApp, h } from 'vue';

import { FascicleError } from '#domain/errors.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { currentRenderer, SliceView, useSlicesStore } from '#renderer/features/slices/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import { listenForChords } from '#renderer/commands/index.ts';
import '#renderer/styles/index.css';
import './page.css';

import { PROJECT, sliceOf } from './volume.ts';

/** The slice panels on an engine in the page whose answers a test can hold back or refuse. */
const held: (() => void)[] = [];
const control = { isHolding: false, isFailing: false };
const { engine, calls } = createFakeEngine({
  voxels: {
    slice: async ({ params, query }) => {
      if (control.isFailing) throw new FascicleError('storage', 'The disk of the test does not answer.');
      if (control.isHolding) await new Promise<void>((resolve) => held.push(resolve));
      return sliceOf(params, query);
    },
  },
});
provideEngine(engine);

const app = createApp({
  render: () =>
    h('main', { class: 'test-panels' }, [
      h(SliceView, { plane: 'xy' }),
      h(SliceView, { plane: 'xz' }),
      h(SliceView, { plane: 'yz' }),
    ]),
});
app.use(createPinia());
app.mount('#app');
listenForChords();

const [project, view, slices] = [useProjectStore(), useViewStore(), useSlicesStore()];
view.overlay.source = 'labels';
void project.show(PROJECT);

/** The colour of a pixel of a panel's picture, device pixels. */
function pixel(plane: string, x: number, y: number): number[] {
  const canvas = document.querySelector<HTMLCanvasElement>(`[data-panel="${plane}"] canvas`)!;
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext('2d')!;
  context.drawImage(canvas, 0, 0);
  return [...context.getImageData(x, y, 1, 1).data];
}

const harness = {
  control,
  calls,
  view,
  slices,
  pixel,
  release: () => held.splice(0).forEach((resolve) => resolve()),
  waiting: () => held.length,
  renderer: () => currentRenderer()!,
};
export type Harness = typeof harness;
Object.assign(window, { harness });
