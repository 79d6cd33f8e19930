import { onBeforeUnmount, ref } from 'vue';

import type { UnitRgb } from '#renderer/rendering/meshes/segmentActor.ts';

/**
 * Design tokens as colours for drawing; `theme` rises when they change. The browser resolves any notation, so the tokens stay the only
 * place where colours are written.
 */
export function useTokenColours() {
  const theme = ref(0);
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const observer = new MutationObserver(() => theme.value++);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] });
  const media = matchMedia('(prefers-color-scheme: dark)');
  const onMedia = () => theme.value++;
  media.addEventListener('change', onMedia);
  onBeforeUnmount(() => {
    observer.disconnect();
    media.removeEventListener('change', onMedia);
  });

  function colourOf(token: `--${string}`): UnitRgb {
    const value = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
    if (context === null || value === '') return [0.5, 0.5, 0.5];
    context.fillStyle = value;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return [red / 255, green / 255, blue / 255];
  }
  return { theme, colourOf };
}
