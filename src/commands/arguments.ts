// Makes the command line from the table of options: parses values, accepts old spellings.

import path from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../base/errors.ts';
import type { Message } from '../base/messages.ts';
import {
  COMMANDS,
  type CommandName,
  type CommandSpec,
  descriptionOf,
  rowsOf,
} from '../options/commands.ts';
import type { Row } from '../options/row.ts';
import { currentName } from '../options/rows.ts';

/** `--image-dir` and `--how_many_training_steps=500` become `--image_dir` and `--steps=500`. */
export function normaliseArguments(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  return words.map((word, index) => {
    const found = /^--([a-z][a-z_-]*)(=.*)?$/s.exec(word);
    if (!found || (end >= 0 && index > end)) return word;
    return `--${currentName(found[1].replaceAll('-', '_'))}${found[2] ?? ''}`;
  });
}

/**
 * Adds a command of the table, as a subcommand if its name has two words.
 * @param run takes the options given on the command line, by name, unchecked, and what is to be said of
 *   them; options given twice are refused or noted
 */
export function addCommand(
  program: Command,
  name: CommandName,
  run: ((given: Record<string, unknown>, notes: readonly Message[]) => Promise<void>) | undefined,
): void {
  const spec: CommandSpec = COMMANDS[name];
  const words = name.split(' ');
  const isGroup = (one: Command) => words.length > 1 && one.name() === words[0];
  const command = (program.commands.find(isGroup) ?? program).command(words[words.length - 1]);
  command.summary(spec.summary).description(descriptionOf(spec));
  const { Arguments: places = {}, ...sections } = spec.sections;
  for (const { argument, help } of Object.values(places)) command.argument(argument, help);
  const repeats: Repeat[] = [];
  for (const [heading, rows] of Object.entries(sections)) {
    command.optionsGroup(`${heading}:`);
    for (const [option, row] of Object.entries(rows)) {
      const parse = parserOf(option, row, rowsOf(name), (repeat) => repeats.push(repeat));
      command.addOption(optionOf(option, row, parse));
    }
  }
  withExamples(command, spec.examples);
  if (run === undefined) return;
  command.action(async () => {
    const placed = Object.keys(places).map((place, at) => [place, command.processedArgs[at]]);
    const flags = Object.entries(command.opts()).filter(
      ([option]) => command.getOptionValueSource(option) === 'cli',
    );
    const notes = repeats.map(repeatNote);
    const given = Object.fromEntries([...placed, ...flags]);
    if (!Object.values(given).some((value) => /[*?]/.test(`${value}`))) return run(given, notes);
    const { expandPatterns } = await import('./patterns.ts');
    return run(await expandPatterns(name, given), notes);
  });
}

/** An option that was given another value before. */
type Repeat = readonly [name: string, row: Row, words: readonly [before: string, now: string]];

/** @throws UsageError where the one value is as likely to be meant as the other */
function repeatNote([name, { once }, [before, now]]: Repeat): Message {
  if (!once) return ['warning', `--${name} is given twice: ${now} is used, not ${before}`];
  throw new UsageError(`expected one --${name}, found ${before} and ${now}`, {
    hint: 'give one of them, or run the command once for each',
  });
}

/** Parses the value of an option, and tells when it is not the first. */
function parserOf(
  name: string,
  row: Row,
  rows: Readonly<Record<string, Row>>,
  onRepeat: (repeat: Repeat) => void,
): (word: string, before: unknown) => unknown {
  let last: string | undefined;
  // An empty value is refused as such.
  const isSame = (a: string, b: string) =>
    a === b || b === '' || (row.place && path.resolve(a) === path.resolve(b));
  return (word, before) => {
    if (word.startsWith('--') && Object.hasOwn(rows, word.slice(2).replace(/=.*/s, ''))) {
      throw new UsageError(`expected a value for --${name}, found the option ${word}`, {
        hint: 'a variable in the script may be unset; leave the option out for its default',
      });
    }
    if (row.kind !== 'texts' && last !== undefined && !isSame(last, word)) {
      onRepeat([name, row, [last, word]]);
    }
    last = word;
    return valueOfWord(row, word, before);
  };
}

function optionOf(
  name: string,
  { kind, argument, help, fallback, choices, env }: Row,
  parse: (word: string, before: unknown) => unknown,
): Option {
  const option = new Option(kind === 'switch' ? `--${name}` : `--${name} ${argument}`, help);
  if (choices !== undefined) option.choices(choices);
  // After `choices`, whose own parser would refuse with other words.
  if (kind !== 'switch') option.argParser(parse);
  // No need to show the empty default of switches and lists.
  if (kind === 'switch' || kind === 'texts' || fallback === undefined) return option;
  return option.default(fallback, env && `$${env}, else ${fallback}`);
}

/** A word that is not a number is kept, for the check of the options to refuse. */
function valueOfWord({ kind }: Row, word: string, before: unknown): unknown {
  if (kind === 'texts') return [...((before ?? []) as string[]), word];
  const isNumber =
    kind === 'whole' ? /^[+-]?\d+$/.test(word) : kind === 'number' && word.trim() !== '';
  return isNumber && Number.isFinite(Number(word)) ? Number(word) : word;
}

/** Help that starts with examples. */
export function withExamples(command: Command, examples: readonly string[]): void {
  const lines = examples.map((example) => `  $ ${example}`);
  command.addHelpText('before', `Examples:\n${lines.join('\n')}\n`);
}
