import type { Command } from 'commander';

import type { CommandContext } from '../main.ts';

import { registerAgglomerate } from './agglomerate.ts';
import { registerAverage } from './average.ts';
import { registerBench } from './bench.ts';
import { registerEvaluate } from './evaluate.ts';
import { registerExport } from './export.ts';
import { registerGraph } from './graph.ts';
import { registerHash } from './hash.ts';
import { registerInfo } from './info.ts';
import { registerModels } from './models.ts';
import { registerPhantom } from './phantom.ts';
import { registerPicture } from './picture.ts';
import { registerReanchor } from './reanchor.ts';
import { registerReplay } from './replay.ts';
import { registerSegment } from './segment.ts';
import { registerServe } from './serve.ts';
import { registerTruth } from './truth.ts';
import { registerVerify } from './verify.ts';
import { registerSimulate } from './simulate.ts';
import { registerWatershed } from './watershed.ts';

/** Adds every command, in the order in which `--help` lists them. */
export function registerCommands(program: Command, context: CommandContext): void {
  registerServe(program, context);
  registerInfo(program, context);
  registerSegment(program, context);
  registerGraph(program, context);
  registerWatershed(program, context);
  registerAverage(program, context);
  registerAgglomerate(program, context);
  registerExport(program, context);
  registerEvaluate(program, context);
  registerPicture(program, context);
  registerTruth(program, context);
  registerSimulate(program, context);
  registerHash(program, context);
  registerVerify(program, context);
  registerReplay(program, context);
  registerReanchor(program, context);
  registerPhantom(program, context);
  registerModels(program, context);
  registerBench(program, context);
}
