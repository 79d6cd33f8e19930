import { readFile } from 'node:fs/promises';

import { FascicleError } from '#domain/errors.ts';
import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { histogramOfValues } from '#engine/inference/histogram.ts';
import { sha256OfFile } from '#engine/inference/packages/loadModel.ts';
import type { ModelPackage, ModelTensor } from '#engine/inference/packages/modelPackage.ts';
import { parseNpy } from '#engine/inference/packages/npy.ts';
import type { NpyArray } from '#engine/inference/packages/npy.ts';
import { bindProcessing, mapValuesInPlace } from '#engine/inference/packages/processing.ts';
import type { Tolerance } from '#engine/inference/packages/rdfSchema.ts';

import type { CheckResult } from './messages.ts';
import { openNetwork, probeNetwork } from './network.ts';
import type { RequestedProvider } from './providers.ts';

/** What the format says where a package says nothing. */
const DEFAULT_TOLERANCE: Omit<Tolerance, 'output_ids' | 'weights_formats'> = {
  relative_tolerance: 1e-3,
  absolute_tolerance: 1e-3,
  mismatched_elements_per_million: 100,
};

/**
 * Runs the test tensor of a package on a provider and compares with the expected outputs within the package's tolerance.
 *
 * @throws 'bad-file' where a test tensor was changed, is unreadable or has a wrong shape; as `probeNetwork`
 */
export async function checkModelOn(
  model: ModelPackage,
  requested: RequestedProvider,
  threads: number,
): Promise<CheckResult> {
  const test = await loadTensor(model.input, model);
  const shape = spatialShape(test, model.input);
  const expected = await Promise.all(model.outputs.map((output) => loadTensor(output, model)));
  const { report } = await probeNetwork(model, requested, threads);
  const network = await openNetwork(model, report.obtained, threads, shape);
  try {
    const values = Float32Array.from(test.data);
    mapValuesInPlace(bindProcessing(model.input.preprocessing, histogramOfValues(test.data)), values);
    const { outputs: results } = await network.run(values, shape);
    const outputs = model.outputs.map((output, i) => {
      if (spatialShape(expected[i], output).join() !== shape.join())
        throw new FascicleError('bad-file', `The test tensors of ${model.id} have different sizes.`);
      return compare(output.id, results.get(output.id)!, expected[i], toleranceFor(model, output.id));
    });
    return { provider: report, outputs, passed: outputs.every(({ mismatched, allowed }) => mismatched <= allowed) };
  } finally {
    await network.close();
  }
}

async function loadTensor(tensor: ModelTensor, model: ModelPackage): Promise<NpyArray> {
  const path = tensor.testTensorPath;
  const found = await sha256OfFile(path);
  if (tensor.testTensorSha256 !== null && found !== tensor.testTensorSha256)
    throw new FascicleError(
      'bad-file',
      `The test tensor ${path} of ${model.id} was changed or damaged: its sha256 is ${found}, the description says ` +
        `${tensor.testTensorSha256}. Install the model again.`,
    );
  return parseNpy(await readFile(path), path);
}

function spatialShape(array: NpyArray, tensor: ModelTensor): Zyx {
  const { shape } = array;
  if (shape.length !== 5 || shape[0] !== 1 || shape[1] !== tensor.channels)
    throw new FascicleError(
      'bad-file',
      `${tensor.testTensorPath} has the shape ${shape.join(' x ')}; 1 x ${tensor.channels} x z x y x x is expected.`,
    );
  return mapZyx((axis) => shape[axis + 2]);
}

function toleranceFor(model: ModelPackage, output: string) {
  return (
    model.tolerances.find(
      ({ output_ids, weights_formats }) =>
        (output_ids.length === 0 || output_ids.includes(output)) &&
        (weights_formats.length === 0 || weights_formats.includes('onnx')),
    ) ?? DEFAULT_TOLERANCE
  );
}

function compare(
  id: string,
  actual: Float32Array,
  expected: NpyArray,
  tolerance: Omit<Tolerance, 'output_ids' | 'weights_formats'>,
): CheckResult['outputs'][number] {
  let mismatched = 0;
  let largestDifference = 0;
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i] - expected.data[i]);
    const limit = tolerance.absolute_tolerance + tolerance.relative_tolerance * Math.abs(expected.data[i]);
    if (!(difference <= limit)) mismatched++;
    if (!(difference <= largestDifference)) largestDifference = difference;
  }
  const allowed = Math.floor((actual.length * tolerance.mismatched_elements_per_million) / 1e6);
  return { id, elements: actual.length, mismatched, allowed, largestDifference };
}
