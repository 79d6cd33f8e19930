export { useViewStore } from './store.ts';
export type { ToolHit, ToolKeys, ViewTool } from './model/viewTool.ts';
export type { ImageLayerSettings, OverlaySettings, Panel } from './store.ts';
