import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

import { FascicleError, isFascicleError } from '#domain/errors.ts';

import { writtenChannels } from './modelPackage.ts';
import type { AxisSizes, ModelPackage, ModelTensor } from './modelPackage.ts';
import { rdfSchema } from './rdfSchema.ts';
import type { Rdf, TensorAxis } from './rdfSchema.ts';

const DESCRIPTION_FILES = ['rdf.yaml', 'bioimageio.yaml'];

/** A folder in which models were looked for, and what was found. */
export interface ListedModel {
  readonly directory: string;
  readonly result: { readonly model: ModelPackage } | { readonly error: FascicleError };
}

/**
 * The model packages directly below `directories`, sorted by folder name; folders without a description are passed
 * over, those with a faulty one are listed with their error. Missing directories hold no models.
 */
export async function listModels(directories: readonly string[]): Promise<ListedModel[]> {
  const listed: ListedModel[] = [];
  for (const parent of directories) {
    if (!existsSync(parent)) continue;
    const names = (await readdir(parent, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    for (const { name } of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const directory = resolve(parent, name);
      if (descriptionPath(directory) === undefined) continue;
      try {
        listed.push({ directory, result: { model: await readModel(directory) } });
      } catch (error) {
        if (!isFascicleError(error)) throw error;
        listed.push({ directory, result: { error } });
      }
    }
  }
  return listed;
}

/**
 * Loads a package by the path of its folder (or its `rdf.yaml`) or by its id in one of `directories`, and checks its
 * weights against their sha256.
 *
 * @throws 'not-found' where there is no such model; 'unsupported' for another format version, a processing step or a
 *   tensor layout that cannot be run; 'bad-file' for a description that is invalid or weights that were changed
 */
export async function loadModel(idOrPath: string, directories: readonly string[] = []): Promise<ModelPackage> {
  const model = await findModel(idOrPath, directories);
  const found = await sha256OfFile(model.weightsPath);
  if (found !== model.weightsSha256)
    throw new FascicleError(
      'bad-file',
      `The weights ${model.weightsPath} were changed or damaged: their sha256 is ${found}, the description says ` +
        `${model.weightsSha256}. Install the model again.`,
    );
  return model;
}

async function findModel(idOrPath: string, directories: readonly string[]): Promise<ModelPackage> {
  const path = resolve(idOrPath);
  if (DESCRIPTION_FILES.includes(basename(path)) && existsSync(path)) return readModel(resolve(path, '..'));
  if (descriptionPath(path) !== undefined) return readModel(path);
  const listed = await listModels(directories);
  for (const { directory, result } of listed) {
    if ('model' in result && result.model.id === idOrPath) return result.model;
    if ('error' in result && basename(directory) === idOrPath) throw result.error;
  }
  const known = listed.flatMap(({ result }) => ('model' in result ? [result.model.id] : []));
  throw new FascicleError(
    'not-found',
    `There is no model '${idOrPath}': it is not a folder with an rdf.yaml, and the installed models are ` +
      `${known.length > 0 ? known.join(', ') : 'none'} (looked in ${directories.join(', ') || 'no directory'}).`,
  );
}

/** Reads and validates the description of a package; the weights are not touched. Errors as for `loadModel`. */
export async function readModel(directory: string): Promise<ModelPackage> {
  const path = descriptionPath(directory);
  if (path === undefined)
    throw new FascicleError('not-found', `${directory} is not a model package: it holds no ${DESCRIPTION_FILES[0]}.`);
  return toModelPackage(parseDescription(await readFile(path, 'utf8'), path), resolve(directory), path);
}

function descriptionPath(directory: string): string | undefined {
  return DESCRIPTION_FILES.map((name) => join(directory, name)).find((path) => existsSync(path));
}

function parseDescription(text: string, path: string): Rdf {
  let raw: unknown;
  try {
    raw = parseYaml(text);
  } catch (error) {
    throw new FascicleError('bad-file', `${path} is not valid YAML: ${String(error)}`, { cause: error });
  }
  const version = (raw as { format_version?: unknown } | null)?.format_version;
  if (typeof version === 'string' && /^0\.[0-4](\.|$)/.test(version))
    throw new FascicleError(
      'unsupported',
      `${path} is a model description of format ${version}; format 0.5 is needed. Convert it with the update command ` +
        `of the Python package bioimageio.core and add config.fascicle (docs/model-packages.md).`,
    );
  const parsed = rdfSchema.safeParse(raw);
  if (!parsed.success)
    throw new FascicleError(
      'bad-file',
      `${path} is not a model description that can be run:\n${z.prettifyError(parsed.error)}\n` +
        `docs/model-packages.md shows a valid one.`,
      { cause: parsed.error },
    );
  return parsed.data;
}

function toModelPackage(rdf: Rdf, directory: string, path: string): ModelPackage {
  const bad = (what: string) => new FascicleError('bad-file', `${path}: ${what}`);
  const inside = (source: string) => {
    const file = resolve(directory, source);
    const way = relative(directory, file);
    if (way.startsWith('..') || isAbsolute(way)) throw bad(`'${source}' lies outside the package's folder.`);
    if (!existsSync(file)) throw bad(`the file '${source}' is missing from the package.`);
    return file;
  };
  const tensor = (item: Rdf['outputs'][number] | Rdf['inputs'][number]): ModelTensor => ({
    id: item.id,
    channels: channelCount(item.axes, `${path}: tensor '${item.id}'`),
    testTensorPath: inside(item.test_tensor.source),
    testTensorSha256: item.test_tensor.sha256 ?? null,
  });

  const [input] = rdf.inputs;
  const config = rdf.config.fascicle;
  const outputs = rdf.outputs.map((output) => {
    checkOutputSizes(output.axes, input.id, `${path}: output '${output.id}'`);
    return { ...tensor(output), postprocessing: output.postprocessing };
  });
  const inputTensor = tensor(input);
  if (inputTensor.channels !== 1)
    throw new FascicleError('unsupported', `${path}: the input has ${inputTensor.channels} channels, 1 is supported.`);
  for (const { output, channel } of config.channels) {
    const found = outputs.find(({ id }) => id === output);
    if (found === undefined) throw bad(`config.fascicle.channels names the output '${output}', which does not exist.`);
    if (channel >= found.channels)
      throw bad(`config.fascicle.channels names channel ${channel} of '${output}', which has ${found.channels}.`);
  }
  if (writtenChannels(config) === null)
    throw bad(
      'config.fascicle.channels must list each of the affinity offsets [-1,0,0], [0,-1,0] and [0,0,-1] once, and ' +
        'foreground at most once.',
    );
  const strayScore = config.scores.find(
    ({ target }) => target !== undefined && config.targets.every(({ name }) => name !== target),
  );
  if (strayScore) throw bad(`config.fascicle.scores names the target '${strayScore.target}', which does not exist.`);
  const sizes = inputSizes(input.axes, config.stride, path);

  return {
    id: rdf.id ?? basename(directory),
    name: rdf.name,
    description: rdf.description,
    version: rdf.version,
    license: rdf.license ?? null,
    modality: modalityOf(rdf.tags),
    citations: rdf.cite.map(({ text, doi, url }) => [text, doi ?? url].filter(Boolean).join(', ')),
    directory,
    weightsPath: inside(rdf.weights.onnx.source),
    weightsSha256: rdf.weights.onnx.sha256,
    input: { ...inputTensor, sizes, preprocessing: input.preprocessing },
    outputs,
    tolerances: rdf.config.bioimageio.reproducibility_tolerance,
    config,
  };
}

/** Tags of the BioImage Model Zoo that name a kind of microscopy. */
function modalityOf(tags: readonly string[]): string | null {
  const found = tags.find((tag) => /microscopy$/i.test(tag));
  return found === undefined ? null : found.replaceAll('-', ' ').toLowerCase();
}

/** The axes must be batch, channel, z, y, x in this order: a transposed tile runs without an error and is wrong. */
function channelCount(axes: readonly TensorAxis[], what: string): number {
  const found = axes.map((axis) => (axis.type === 'space' ? axis.id : axis.type));
  if (found.join() !== 'batch,channel,z,y,x')
    throw new FascicleError(
      'unsupported',
      `${what} has the axes ${found.join(', ')}; batch, channel, z, y, x in this order are supported.`,
    );
  const channel = axes[1];
  return channel.type === 'channel' ? channel.channel_names.length : 0;
}

function inputSizes(
  axes: readonly TensorAxis[],
  stride: readonly number[],
  path: string,
): ModelPackage['input']['sizes'] {
  const sizes = axes.slice(2).map((axis, i): AxisSizes => {
    const size = axis.type === 'space' ? axis.size : 1;
    if (typeof size === 'number') return { min: size, step: 0 };
    if (!('min' in size))
      throw new FascicleError('bad-file', `${path}: the size of an input axis cannot refer to another tensor.`);
    if (size.min % stride[i] !== 0 || size.step % stride[i] !== 0)
      throw new FascicleError(
        'bad-file',
        `${path}: along ${'zyx'[i]} the tile sizes min ${size.min}, step ${size.step} are not multiples of the stride ` +
          `${stride[i]} in config.fascicle.`,
      );
    return size;
  });
  const fixed = sizes.filter((size) => size.step === 0).length;
  if (fixed !== 0 && fixed !== 3)
    throw new FascicleError(
      'unsupported',
      `${path}: the tile is fixed along some axes and free along others; give a number for all three or for none.`,
    );
  return [sizes[0], sizes[1], sizes[2]];
}

function checkOutputSizes(axes: readonly TensorAxis[], inputId: string, what: string): void {
  for (const axis of axes)
    if (axis.type === 'space' && typeof axis.size === 'object') {
      const sameAsInput =
        'tensor_id' in axis.size &&
        axis.size.tensor_id === inputId &&
        axis.size.axis_id === axis.id &&
        axis.size.offset === 0;
      if (!sameAsInput)
        throw new FascicleError(
          'unsupported',
          `${what}: the size of ${axis.id} must be that of the input, { tensor_id: ${inputId}, axis_id: ${axis.id} }.`,
        );
    }
}

/** The sha256 of a file, in lower case hexadecimal, read as a stream. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
