import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { readNodeCounts } from './profile.ts';

it('counts the operators of each provider, nothing else, and removes the profile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fascicle-profile-'));
  const node = (provider: string) => ({ cat: 'Node', name: 'Conv_kernel_time', args: { provider } });
  const path = join(folder, 'warm-up_2026-11-21.json');
  const events = [
    { cat: 'Session', name: 'model_run' },
    node('CUDAExecutionProvider'),
    { cat: 'Node', name: 'Conv_fence_before', args: { op_name: 'Conv' } },
    node('CUDAExecutionProvider'),
    node('CUDAExecutionProvider'),
    node('CPUExecutionProvider'),
  ];
  writeFileSync(path, JSON.stringify(events));
  expect(await readNodeCounts(join(folder, 'warm-up'))).toEqual({ cuda: 3, cpu: 1 });
  expect(existsSync(path)).toBe(false);
  rmSync(folder, { recursive: true });
});
