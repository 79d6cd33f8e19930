import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/** One project per kind of test, so that each can be run and reported alone: `vitest run --project unit`. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src-shared/**/*.spec.ts', 'src-main/**/*.spec.ts'] } },
      {
        plugins: [vue()],
        test: { name: 'renderer', include: ['src-renderer/**/*.spec.ts'], environment: 'happy-dom' },
      },
      { test: { name: 'contract', include: ['test/contract/**/*.spec.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.spec.ts'], testTimeout: 300_000, hookTimeout: 300_000 } },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // One Chromium with software rendering fills a small machine.
          fileParallelism: false,
        },
      },
    ],
  },
});
