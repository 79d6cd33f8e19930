import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/**
 * What is promised comes, however busy the machine is: no test measures time by how long it waits, and what is broken is broken after any
 * time.
 */
const patience = { expect: { poll: { timeout: 60_000 } } };

/** One project per kind of test, so that each can be run and reported alone: `vitest run --project unit`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...patience,
          name: 'unit',
          include: ['src-shared/**/*.spec.ts', 'src-main/**/*.spec.ts'],
          testTimeout: 60_000,
        },
      },
      {
        plugins: [vue()],
        test: {
          ...patience,
          name: 'renderer',
          include: ['src-renderer/**/*.spec.ts'],
          environment: 'happy-dom',
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...patience,
          name: 'contract',
          include: ['test/contract/**/*.spec.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...patience,
          name: 'integration',
          include: ['test/integration/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...patience,
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          // Two processors draw, serve and judge at once here: a minute may pass before a page has drawn two frames.
          expect: { poll: { timeout: 180_000 } },
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          // One Chromium with software rendering fills a small machine.
          fileParallelism: false,
        },
      },
    ],
  },
});
