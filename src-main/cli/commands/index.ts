import type { Command } from 'commander';

import type { CommandContext } from '../main.ts';

import { registerEvaluate } from './evaluate.ts';
import { registerInfo } from './info.ts';
import { registerModels } from './models.ts';

/** Adds every command, in the order in which `--help` lists them. */
export function registerCommands(program: Command, context: CommandContext): void {
  registerInfo(program, context);
  registerEvaluate(program, context);
  registerModels(program, context);
}
