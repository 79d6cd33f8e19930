import { flushPromises, mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { describe, expect, it, vi } from 'vitest';

import type { Job } from '#contract/routes/jobs.ts';
import type { RecentProject } from '#contract/routes/projects.ts';
import { FascicleError } from '#domain/errors.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { fakeProject } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { makeJob } from '../testJob.ts';

import JobsPage from './JobsPage.vue';
import JobStrip from './JobStrip.vue';

// Canvas and layout are of the browser; what they draw has specs of its own.
vi.mock('#renderer/ui/UiPlot.vue', () => ({ default: { template: '<i />' } }));

const recentProject = (id: string): RecentProject => ({
  ...{ id, name: `project of ${id}`, directory: `/projects/${id}`, openedAt: '2026-11-12T14:00:00.000Z' },
  ...{ shape: null, voxelSizeNm: null, edits: 0, segments: null, reviewed: null },
  ...{ hasThumbnail: false, status: 'ready' as const, note: null, unfinishedJob: null },
});

function provideJobs(jobs: Job[], refuse = false) {
  const fake = createFakeEngine({
    projects: { recent: () => ['abcdef12', 'fedcba21'].map(recentProject) },
    jobs: {
      list: () => jobs,
      course: () => ({
        throughput: [],
        throughputUnit: 'blocks/s',
        blocks: [2, 2, 1, 0],
        blockSeconds: [4, 5.25, 1, null],
        log: [],
      }),
      pause: () => {
        if (refuse) throw new FascicleError('conflict', 'The job has just ended.');
        return { ...jobs[0], state: 'paused' };
      },
    },
  });
  provideEngine(fake.engine);
  setActivePinia(createPinia());
  return fake;
}

async function show(jobs: Job[], refuse = false) {
  const fake = provideJobs(jobs, refuse);
  const page = mount(JobsPage);
  await flushPromises();
  const button = (label: string) => page.findAll('button').find((each) => each.text().startsWith(label));
  return { ...fake, page, button };
}

describe('the page of jobs', () => {
  it('says what belongs here while there is nothing', async () => {
    const { page, button } = await show([]);
    expect(page.text()).toContain('Nothing has run');
    expect(button('New run')).toBeDefined();
    page.unmount();
  });

  it('shows what runs and pauses it', async () => {
    const { page, button, callsOf } = await show([makeJob()]);
    expect(page.get('h1').text()).toBe('Segment the volume');
    expect(page.get('[aria-current="step"]').text()).toContain('Network');
    await button('Pause')!.trigger('click');
    await flushPromises();
    expect(callsOf('jobs.pause')).toHaveLength(1);
    expect(button('Pause')).toBeUndefined();
    expect(button('Resume')).toBeDefined();
    page.unmount();
  });

  it('says why an action was refused', async () => {
    const { page, button } = await show([makeJob()], true);
    await button('Pause')!.trigger('click');
    await flushPromises();
    expect(page.get('[role="alert"]').text()).toContain('The job has just ended.');
    page.unmount();
  });

  it('follows the events of the engine', async () => {
    const { page, emit } = await show([makeJob()]);
    emit({
      type: 'job',
      revision: 1,
      job: makeJob({ state: 'done', fraction: 1, endedAt: '2026-11-12T14:30:00.000Z' }),
    });
    await flushPromises();
    expect(page.text()).toContain('Open the project');
    page.unmount();
  });

  it('says where a run has left no course to show', async () => {
    const { page } = await show([makeJob({ state: 'done', detail: '', stages: [] })]);
    expect(page.text()).toContain('It ran from the command line');
    expect(page.text()).not.toContain('Throughput');
    expect(page.text()).not.toContain(', started');
    page.unmount();
  });

  it('shows the jobs of a project that is opened later', async () => {
    const jobs: Job[] = [];
    const { page, emit } = await show(jobs);
    jobs.push(makeJob());
    emit({ type: 'projects', revision: 1 });
    await flushPromises();
    expect(page.get('h1').text()).toBe('Segment the volume');
    page.unmount();
  });

  it('names projects where there are jobs of several', async () => {
    const one = await show([makeJob()]);
    expect(one.page.text()).not.toContain('project of');
    one.page.unmount();
    const { page } = await show([makeJob(), makeJob({ id: 'job-2', project: 'fedcba21', state: 'queued' })]);
    expect(page.findAll('[role="option"]').map((each) => each.text())).toEqual([
      expect.stringContaining('project of abcdef12'),
      expect.stringContaining('project of fedcba21'),
    ]);
    page.unmount();
  });

  it('and its strip name the project of work on another one than that in view', async () => {
    provideJobs([makeJob()]);
    const strip = mount(JobStrip, { props: { isIdleShown: false } });
    await flushPromises();
    expect(strip.get('.figures').text()).toMatch(/^Network: 713/);
    const info = fakeProject(0, { supervoxels: 1, segments: 1, edges: 0 });
    useProjectStore().info = { ...info, id: 'fedcba21' };
    await flushPromises();
    expect(strip.get('.figures').text()).toMatch(/^project of abcdef12 · Network: 713/);
    strip.unmount();
  });

  it('moves in the list by arrows', async () => {
    const { page } = await show([makeJob(), makeJob({ id: 'job-2', title: 'Export labels', state: 'queued' })]);
    await page.get('[role="listbox"]').trigger('keydown', { key: 'ArrowDown' });
    await flushPromises();
    expect(page.get('[aria-selected="true"]').text()).toContain('Export labels');
    page.unmount();
  });
});
