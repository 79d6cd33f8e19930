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
    // One file of styles: their order decides, and must not depend on which part of the page was shown first.
    cssCodeSplit: false,
    // What the first screen and the parts that come later share is one file, not forty.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } } },
  },
});
