import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { listModels, loadModel, readModel } from './loadModel.ts';

const FIXTURES = resolve(import.meta.dirname, '../../../../test/fixtures/models');
const UNET = join(FIXTURES, 'unet');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-models-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A copy of the U-Net package with a text replaced in its description. */
function changed(from: string | RegExp, to: string): string {
  cpSync(UNET, folder, { recursive: true });
  const path = join(folder, 'rdf.yaml');
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(path, text.replace(from, to));
  return folder;
}

describe('loadModel', () => {
  it('reads a package by folder, by description file and by id', async () => {
    const model = await loadModel(UNET);
    expect(model).toMatchObject({
      id: 'unet',
      version: '1',
      license: 'MIT',
      input: {
        id: 'raw',
        channels: 1,
        sizes: [
          { min: 4, step: 1 },
          { min: 8, step: 2 },
          { min: 8, step: 2 },
        ],
      },
      config: { receptiveFieldRadius: [2, 6, 6], stride: [1, 2, 2] },
    });
    expect(model.outputs.map(({ id, channels }) => [id, channels])).toEqual([
      ['affinities', 3],
      ['foreground', 1],
    ]);
    expect(await loadModel(join(UNET, 'rdf.yaml'))).toEqual(model);
    expect(await loadModel('unet', [FIXTURES])).toEqual(model);
  });

  it('says which models there are where one is not found', async () => {
    await expect(loadModel('nothing', [FIXTURES])).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringMatching(/no model 'nothing'.*shift, unet/),
    });
  });

  it('refuses weights that were changed', async () => {
    await expect(loadModel('bad-sha256', [FIXTURES])).rejects.toMatchObject({
      kind: 'bad-file',
      message: expect.stringMatching(/changed or damaged: their sha256 is [0-9a-f]{64}/),
    });
  });

  it('refuses a description of format 0.4 and says what to do', async () => {
    await expect(loadModel('format-0.4', [FIXTURES])).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(/format 0\.4\.10; format 0\.5 is needed/),
    });
  });
});

describe('readModel', () => {
  it.each([
    ['a misspelt key', /receptiveFieldRadius/, 'receptiveField', 'bad-file', /receptiveField/],
    ['invalid YAML', 'type: model', 'type: [model', 'bad-file', /not valid YAML/],
    ['transposed axes', /id: z\n/, 'id: x\n', 'unsupported', /axes batch, channel, x, y, x/],
    ['a missing file', 'source: weights.onnx', 'source: other.onnx', 'bad-file', /'other.onnx' is missing/],
    ['a file outside the package', 'source: weights.onnx', 'source: ../w.onnx', 'bad-file', /lies outside/],
    ['an unknown output', 'output: foreground', 'output: mask', 'bad-file', /names the output 'mask'/],
    [
      'a channel too many',
      /(output: foreground\n\s+channel:) 0/,
      '$1 1',
      'bad-file',
      /names channel 1 of 'foreground', which has 1/,
    ],
    [
      'a missing link',
      /offset:\n\s+- -1\n\s+- 0\n\s+- 0/,
      'offset: [-2, 0, 0]',
      'bad-file',
      /each of the affinity offsets/,
    ],
    [
      'a score of an unknown target',
      '    channels:\n',
      '    scores: [{ data: a, measure: VI, value: 1, target: retina }]\n    channels:\n',
      'bad-file',
      /scores names the target 'retina'/,
    ],
    ['sizes off the stride', /min: 8/, 'min: 9', 'bad-file', /min 9, step 2 are not multiples of the stride 2/],
    ['an unknown step', 'id: zero_mean_unit_variance', 'id: whiten', 'bad-file', /preprocessing/],
  ])('refuses %s with a message that names it', async (_, from, to, kind, message) => {
    await expect(readModel(changed(from, to))).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
  });
});

describe('listModels', () => {
  it('lists packages in order, faulty ones with their error, and passes over other folders', async () => {
    const listed = await listModels([FIXTURES, join(FIXTURES, 'missing')]);
    const names = listed.map(({ directory }) => directory.slice(FIXTURES.length + 1));
    expect(names).toEqual([...names].sort());
    const old = listed.find(({ directory }) => directory.endsWith('format-0.4'));
    expect(old?.result).toMatchObject({ error: { kind: 'unsupported' } });
    expect(listed.filter(({ result }) => 'model' in result).length).toBe(6);
  });
});
