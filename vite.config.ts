import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The page: one static folder that the engine serves and that Electron loads. No inline code, so that the strict CSP holds. */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [vue()],
  build: {
    outDir: '../dist-renderer',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
});
