import { ref, shallowRef, watch } from 'vue';

import type { Api } from '#contract/api.ts';
import type { PayloadOf } from '#contract/route.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { describeError } from '#renderer/features/notices/index.ts';

import type { PreviewSource } from './usePreviewSlice.ts';

export type Measurement = PayloadOf<Api['volumes']['measure']['response']>;

/** Brightness of an image and what is odd about its sections. */
export function useMeasurement(source: () => PreviewSource | null) {
  const { client } = useEngine();
  const measurement = shallowRef<Measurement | null>(null);
  const failure = ref<string | null>(null);
  const isMeasuring = ref(false);
  const latest = createLatest();

  async function read(): Promise<void> {
    const wanted = source();
    measurement.value = null;
    failure.value = null;
    if (wanted === null || wanted.kind !== 'image') return latest.cancel();
    isMeasuring.value = true;
    try {
      const { path, dataset, axes } = wanted;
      const read = await latest.run((signal) => client.volumes.measure({ query: { path, dataset, axes } }, { signal }));
      if (read === undefined) return;
      measurement.value = read;
    } catch (error) {
      failure.value = describeError(error)?.reason ?? null;
    }
    isMeasuring.value = false;
  }

  watch(() => JSON.stringify(source()), read, { immediate: true });
  return { measurement, failure, isMeasuring };
}
