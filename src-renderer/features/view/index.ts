export { useViewStore } from './store.ts';
export type { ImageLayerSettings, OverlaySettings, Panel } from './store.ts';
