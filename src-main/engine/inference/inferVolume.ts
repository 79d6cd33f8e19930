import { boxShape, translateBox, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { runBlockTasks } from '#engine/jobs/blockTasks.ts';
import type { MarkerStore } from '#engine/jobs/markers.ts';
import type { VolumeReader } from '#volumes/volume.ts';

import { BlendedBlock, blendingWindow } from './blending.ts';
import type { Blending } from './blending.ts';
import type { Block, Grid } from './grid.ts';
import type { ModelChannel } from './packages/fascicleConfig.ts';
import type { WrittenChannels } from './packages/modelPackage.ts';
import { mapValuesInPlace } from './packages/processing.ts';
import type { ValueMap } from './packages/processing.ts';
import { readTile } from './tileInput.ts';
import { keepChannel, restrict, toSourceBytes } from './tileOutput.ts';
import type { OutputBlock, TilePlan } from './tiling.ts';

/** A network that is ready to run tiles. */
export interface TileNetwork {
  /**
   * @param tile normalised values, z, y, x with x fastest
   * @returns for each output of the package its channels one after the other, each of the shape of the tile, and the
   *   seconds inside the network
   */
  run(tile: Float32Array, shape: Zyx): Promise<{ outputs: ReadonlyMap<string, Float32Array>; seconds: number }>;
}

/** Where blocks of results go. Blocks never share a chunk, and writing one twice gives the same. */
export interface BlockSink {
  write(box: Box, voxels: Uint8Array, options?: { channel?: number }): Promise<void>;
}

/** All that determines the results, and where they go. */
export interface InferVolumeOptions {
  readonly reader: VolumeReader;
  readonly grid: Grid;
  readonly plan: TilePlan;
  readonly network: TileNetwork;
  /** From the image on the model grid to what the network was trained on. */
  readonly normalisation: ValueMap;
  readonly channels: WrittenChannels;
  /** Standard deviation of a tile, normalised, below which it is not run and all is 0; null to run every tile. */
  readonly emptyTileDeviation: number | null;
  /** How tiles that overlap are averaged; null where the plan's do not. */
  readonly blending: Blending | null;
  /** Write min(affinity, foreground) for the affinities. */
  readonly restrictAffinities: boolean;
  /** Three channels: links along z, y, x. */
  readonly affinities: BlockSink;
  readonly foreground: BlockSink | null;
  /** The source voxel that is voxel 0 of the sinks. */
  readonly origin: Zyx;
  readonly markers: MarkerStore;
  readonly signal?: AbortSignal | undefined;
  readonly onBlock?: (progress: BlockProgress) => void;
}

export interface BlockProgress {
  /** The block that begins or has ended, by its place in the plan. */
  readonly block: { readonly index: number; readonly state: 'running' | 'done' };
  readonly done: number;
  readonly total: number;
  /** Source voxels computed in this run, without blocks of an earlier one. */
  readonly voxels: number;
  /** Seconds spent inside the network. */
  readonly runSeconds: number;
}

interface Tally {
  /** Inside the network. */
  runSeconds: number;
  emptyTiles: number;
}

/** While one block is in the network, the next is read and the last is written. */
const CONCURRENCY = 2;

/**
 * Computes the affinities and the foreground of a planned region, block by block. Each block is a task of its own with
 * a marker: a killed run goes on where it was, and the bytes are the same. Memory holds two blocks and one tile.
 *
 * @returns seconds spent in the network, and tiles that were not run because they are empty
 * @throws 'bad-file' where the network gives no probabilities (the message names the tile); 'cancelled'; what reader
 *   and sinks throw
 */
export async function inferVolume(options: InferVolumeOptions): Promise<Tally> {
  const { plan, markers, signal, onBlock } = options;
  const tally: Tally = { runSeconds: 0, emptyTiles: 0 };
  let voxels = 0;
  const tasks = plan.blocks.map((block) => ({
    id: block.box.min.join('_'),
    run: async () => {
      await inferBlock(block, options, tally);
      voxels += voxelCount(boxShape(block.box));
    },
  }));
  let finished = 0;
  const say = (index: number, state: 'running' | 'done') =>
    onBlock?.({
      block: { index, state },
      done: finished,
      total: tasks.length,
      voxels,
      runSeconds: tally.runSeconds,
    });
  await runBlockTasks(tasks, {
    markers,
    concurrency: CONCURRENCY,
    signal,
    onStart: (index) => say(index, 'running'),
    onDone: (done, _, index) => {
      finished = done;
      say(index, 'done');
    },
  });
  return tally;
}

async function inferBlock(block: OutputBlock, options: InferVolumeOptions, tally: Tally): Promise<void> {
  const { affinities, foreground } = await predictBlock(block, options, tally);
  const box = translateBox(block.box, [-options.origin[0], -options.origin[1], -options.origin[2]]);
  await Promise.all([
    ...affinities.map((bytes, channel) => options.affinities.write(box, bytes, { channel })),
    ...(foreground && options.foreground ? [options.foreground.write(box, foreground)] : []),
  ]);
}

async function predictBlock(
  block: OutputBlock,
  {
    reader,
    grid,
    plan,
    network,
    normalisation,
    channels,
    restrictAffinities,
    emptyTileDeviation,
    blending,
    signal,
  }: InferVolumeOptions,
  tally: Tally,
): Promise<{ affinities: Uint8Array[]; foreground: Uint8Array | null }> {
  const listed = [...channels.affinities, ...(channels.foreground ? [channels.foreground] : [])];
  const models = listed.map((): Block => ({
    box: block.need,
    values: new Float32Array(voxelCount(boxShape(block.need))),
  }));
  const shape = plan.tileShape;
  const blended = blending && new BlendedBlock(blendingWindow(shape, blending), models);
  for (const tile of block.tiles) {
    const values = await readTile(reader, grid, tile.origin, shape, signal);
    mapValuesInPlace(normalisation, values);
    if (emptyTileDeviation !== null && standardDeviation(values) < emptyTileDeviation) {
      // What is kept of the tile is 0 already; where tiles are blended it counts as 0.
      blended?.add({ ...tile, shape }, null);
      tally.emptyTiles++;
      continue;
    }
    const { outputs, seconds } = await network.run(values, shape);
    tally.runSeconds += seconds;
    const found = listed.map((channel) => ({
      name: `channel ${channel.channel} of '${channel.output}'`,
      values: channelOf(outputs, channel, shape),
    }));
    if (blended) blended.add({ ...tile, shape }, found);
    else
      for (const [i, { name, values: own }] of found.entries())
        keepChannel(models[i], own, { ...tile, shape, channel: name });
  }
  blended?.finish();
  const bytes = listed.map((channel, i) => toSourceBytes(models[i], grid, block.box, offsetOf(channel)));
  const foreground = channels.foreground ? bytes[3] : null;
  if (restrictAffinities && foreground) for (const affinity of bytes.slice(0, 3)) restrict(affinity, foreground);
  return { affinities: bytes.slice(0, 3), foreground };
}

/** Of all values, in two passes: tiles of a bright image would lose the digits in one. */
function standardDeviation(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

function channelOf(outputs: ReadonlyMap<string, Float32Array>, channel: ModelChannel, shape: Zyx): Float32Array {
  const size = voxelCount(shape);
  return outputs.get(channel.output)!.subarray(channel.channel * size, (channel.channel + 1) * size);
}

function offsetOf(channel: ModelChannel): Zyx {
  return channel.meaning === 'affinity' ? channel.offset : [0, 0, 0];
}
