// Checks the options of a command or library function before any work.

import path from 'node:path';
import { UsageError } from '../base/errors.ts';
import { expandHome } from '../base/home.ts';
import type { Message } from '../base/messages.ts';
import { showUrl } from '../base/urls.ts';
import { isWithin } from '../base/within.ts';
import { COMMANDS, type CommandName, type Given, type OptionsOf, rowsOf } from './commands.ts';
import { PERCENT, type Row } from './row.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * All options of a command: as given, else from the environment, else the default.
 * @param env variables that provide defaults; none for library calls
 * @throws UsageError for values out of range or in conflict
 */
export function withDefaults<C extends CommandName>(
  command: C,
  given: Given<C>,
  env: NodeJS.ProcessEnv = {},
): OptionsOf<C> {
  const resolve = (name: string, { env: variable, fallback, place }: Row) => {
    const value = (given as Values)[name] ?? ((variable && env[variable]) || fallback);
    return place ? atHome(value) : value;
  };
  const options = Object.fromEntries(
    Object.entries(rowsOf(command)).map(([name, row]) => [name, resolve(name, row)]),
  );
  checkOptions(command, options);
  return options as OptionsOf<C>;
}

function atHome(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(atHome);
  return typeof value === 'string' ? expandHome(value) : value;
}

/** Warnings of percentages that were probably meant as shares. */
export function percentageWarnings(command: CommandName, options: object): Message[] {
  return Object.entries(rowsOf(command)).flatMap(([name, { range }]): Message[] => {
    const value = (options as Values)[name];
    if (range !== PERCENT || typeof value !== 'number' || value <= 0 || value >= 1) return [];
    const share = Number((100 * value).toPrecision(12));
    return [
      ['warning', `--${name} ${value} is less than one percent; for ${share}% give ${share}`],
    ];
  });
}

function checkOptions(command: CommandName, values: Values): void {
  const rows = rowsOf(command);
  for (const [name, row] of Object.entries(rows)) checkValue(name, row, values[name]);
  const given = Object.keys(rows).filter((name) => isGiven(rows[name], values[name]));
  const { model_dir: modelDir } = values;
  for (const name of given) {
    checkCompany(name, rows[name], given);
    const place = values[name];
    if (!rows[name].written || modelDir === undefined || place === '-') continue;
    requireOutside(modelDir as string, name, place as string);
  }
  for (const [name, { orElse }] of Object.entries(rows)) {
    if (orElse === undefined || [name, ...orElse].some((one) => given.includes(one))) continue;
    const usage = [name, ...orElse].map((one) => {
      const { argument } = rows[one];
      const value = argument.slice(1, -1).toUpperCase();
      return argument.startsWith('[') ? value : `--${one} ${value}`;
    });
    throw new UsageError(
      `expected ${usage.join(' or ')}, found ${orElse.length === 1 ? 'neither' : 'none'}`,
      { hint: `e.g. ${COMMANDS[command].examples[0]}` },
    );
  }
  checkShares(values);
}

function isGiven({ fallback }: Row, value: unknown): boolean {
  return value !== undefined && value !== fallback && !(Array.isArray(value) && value.length === 0);
}

function checkCompany(name: string, { needs, excludes }: Row, given: readonly string[]): void {
  if (needs !== undefined && !given.includes(needs)) {
    throw new UsageError(`expected --${needs} together with --${name}, found only --${name}`, {
      hint: 'give both, or neither',
    });
  }
  if (excludes !== undefined && given.includes(excludes)) {
    throw new UsageError(`expected one of --${name} and --${excludes}, found both`, {
      hint: 'give one of them',
    });
  }
}

function checkValue(name: string, row: Row, value: unknown): void {
  const { fallback } = row;
  if (value === undefined || value === fallback) return;
  if (value === '' || (Array.isArray(value) && value.includes(''))) {
    throw new UsageError(`expected a value for --${name}, found an empty one`, {
      hint: 'a variable in the script may be unset; leave the option out for its default',
    });
  }
  // What may also be a name is refused by whoever looks the name up, and an image for itself alone.
  const url = row.place && row.kind === 'text' && name !== 'extractor' && showUrl(`${value}`);
  if (url) {
    throw new UsageError(`expected --${name} to be a path, found ${url.what}`, { hint: url.hint });
  }
  if (isAllowed(row, value)) return;
  throw new UsageError(`expected --${name} to be ${allowed(row)}, found ${value}`, {
    hint: fallback === undefined ? 'leave it out for the default' : `the default is ${fallback}`,
  });
}

function isAllowed({ kind, choices, read, range = {} }: Row, value: unknown): boolean {
  if (kind === 'switch') return typeof value === 'boolean';
  if (kind === 'texts')
    return Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (kind === 'text') {
    if (typeof value !== 'string' || (read && read(value) === undefined)) return false;
    return choices?.includes(value) ?? true;
  }
  if (typeof value !== 'number' || (kind === 'whole' && !Number.isSafeInteger(value))) return false;
  const { from = -Infinity, to = Infinity, above = -Infinity, below = Infinity, off } = range;
  return value === off || (value >= from && value <= to && value > above && value < below);
}

/** The allowed values in words: `a whole number of at least 1`. */
export function allowed({ kind, choices, form, range = {} }: Row): string {
  if (kind === 'switch') return 'true or false';
  if (kind === 'texts') return 'a list';
  if (kind === 'text') return choices?.join(', ').replace(/, (?=[^,]*$)/, ' or ') ?? form ?? 'text';
  const { from, to, above, below, off } = range;
  const bounds = [
    from !== undefined && (to === undefined ? `of at least ${from}` : `from ${from} to ${to}`),
    above !== undefined && `above ${above}`,
    below !== undefined && `below ${below}`,
  ];
  const words = `a ${kind === 'whole' ? 'whole ' : ''}number ${bounds.filter(Boolean).join(' and ')}`;
  return off === undefined ? words : `${words}, or ${off}`;
}

function checkShares({ testing_percentage: testing, validation_percentage: validation }: Values) {
  const sum = Number(testing) + Number(validation);
  if (!(sum >= 100)) return;
  throw new UsageError(
    `expected --testing_percentage and --validation_percentage to leave images for training, found ${testing} + ${validation} = ${sum}`,
    { hint: 'the two must add up to less than 100; 10 and 10 are usual' },
  );
}

/** @throws UsageError for a place in the model folder, by whatever name */
export function requireOutside(modelDir: string, name: string, place: string): void {
  if (!isWithin(modelDir, place)) return;
  throw new UsageError(`expected --${name} outside the model folder ${modelDir}, found ${place}`, {
    hint: `give another place, e.g. ${path.join(path.dirname(modelDir), name)}`,
  });
}
