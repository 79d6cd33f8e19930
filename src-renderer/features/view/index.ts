export { useViewStore } from './store.ts';
export type { ToolHit, ToolKeys, ViewTool } from './model/viewTool.ts';
export type { ImageLayerSettings, OverlaySettings } from '#contract/viewState.ts';
export type { ImageLayerId, Panel } from './store.ts';
