// Words of the command line to values; retrain.py's spellings to ours.

import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { EngineChoice } from '../extractor/extractor.ts';

/** retrain.py's names for options that have a shorter one here. */
const ALIASES: Readonly<Record<string, string>> = {
  how_many_training_steps: 'steps',
  architecture: 'extractor',
  tfhub_module: 'extractor',
};

/** `--image-dir` and `--how_many_training_steps=500` become `--image_dir` and `--steps=500`. */
export function normaliseArguments(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  return words.map((word, index) => {
    const found = /^--([a-z][a-z_-]*)(=.*)?$/s.exec(word);
    if (!found || (end >= 0 && index > end)) return word;
    const name = found[1].replaceAll('-', '_');
    return `--${ALIASES[name] ?? name}${found[2] ?? ''}`;
  });
}

export function parseWhole(text: string): number {
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError('expected a whole number.');
}

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number.');
}

export function parseAtLeastOne(text: string): number {
  const value = parseWhole(text);
  if (value >= 1) return value;
  throw new InvalidArgumentError('expected a whole number of at least 1.');
}

export function engineOption(): Option {
  return new Option('--engine <engine>', 'runtime: ONNX Runtime, TensorFlow.js, or what loads')
    .choices(['auto', 'onnx', 'tfjs'] satisfies EngineChoice[])
    .default('auto');
}

export function modelDirOption(command: Command): Command {
  return command.option(
    '--model_dir <dir>',
    `model folder (default: $IMGDIAG_MODEL or ${DEFAULT_MODEL_DIR})`,
  );
}

export const DEFAULT_MODEL_DIR = './imgdiag_model';

/** The model to use: what the flag says, else the environment, else the folder retrain writes. */
export function modelDirOf(flag: string | undefined): string {
  return flag ?? (process.env.IMGDIAG_MODEL || DEFAULT_MODEL_DIR);
}

/** Of an option that may be given several times. */
export function collect(word: string, before: readonly string[]): readonly string[] {
  return [...before, word];
}

/** Beside the model folder, never in it: `legs/` has its report in `legs_report`. */
export function reportFolderOf(modelDir: string): string {
  return path.join(modelDir, '..', `${path.basename(path.resolve(modelDir))}_report`);
}

/** Help that starts with examples. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ ${example}`);
  return command.addHelpText('before', `Examples:\n${lines.join('\n')}\n`);
}
