import { createPinia } from 'pinia';
import { createApp, h, nextTick, ref } from 'vue';

import type { Plane } from '#contract/values.ts';
import SliceMenu from '#renderer/app/SliceMenu.vue';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { currentRenderer, SliceView, useSlicesStore } from '#renderer/features/slices/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import { listenForChords, runCommand } from '#renderer/commands/index.ts';
import '#renderer/styles/index.css';
import './page.css';

import { PROJECT } from './volume.ts';

/** The slice panels; voxels come from the test (slices.spec.ts), as they come from the engine. */
provideEngine(createFakeEngine({}).engine);

const menu = ref<InstanceType<typeof SliceMenu> | null>(null);
const app = createApp({
  render: () =>
    h('main', { class: 'test-panels' }, [
      h(SliceView, { plane: 'xy', onMenu: (request) => menu.value?.open(request) }),
      h(SliceView, { plane: 'xz' }),
      h(SliceView, { plane: 'yz' }),
      h(SliceMenu, { ref: menu }),
    ]),
});
app.use(createPinia());
app.mount('#app');
listenForChords();

const [project, view, slices] = [useProjectStore(), useViewStore(), useSlicesStore()];
void project.show(PROJECT).then(() => (view.overlay.source = 'labels'));

/** The colours of pixels of a panel's picture, once all is drawn that was asked for; device pixels. */
async function pixels(plane: Plane, places: readonly (readonly [x: number, y: number])[]): Promise<number[][]> {
  // What the stores were told reaches the renderer with the next tick.
  await nextTick();
  const picture = await slices.panels[plane]!.picture();
  const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d')!;
  context.drawImage(picture, 0, 0);
  picture.close();
  return places.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data]);
}

/** All pixels of a panel's picture: red, green, blue, alpha. */
async function picture(plane: Plane): Promise<{ width: number; data: number[] }> {
  await nextTick();
  const bitmap = await slices.panels[plane]!.picture();
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, data: [...context.getImageData(0, 0, width, height).data] };
}

const harness = {
  picture,
  view,
  slices,
  pixels,
  runCommand,
  renderer: () => currentRenderer()!,
};
export type Harness = typeof harness;
Object.assign(window, { harness });
