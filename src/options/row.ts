// What defines an option: the kind and range of its value, its help, and rules on other options.

/** Kind of the value; `texts` may be repeated. */
export type Kind = 'whole' | 'number' | 'text' | 'texts' | 'switch';

/** `from` and `to` are inclusive, `above` and `below` exclusive. */
export interface Range {
  readonly from?: number;
  readonly to?: number;
  readonly above?: number;
  readonly below?: number;
  /** Also allowed: the value that turns the option off. */
  readonly off?: number;
}

export interface Rules {
  /** Earlier names and those of retrain.py, accepted on the command line. */
  readonly aliases?: readonly string[];
  /** Another option that must be given together with it. */
  readonly needs?: string;
  /** Another option that must not be given together with it. */
  readonly excludes?: string;
  /** Either this or one of these options must be given. */
  readonly orElse?: readonly string[];
  /** An output path, which must lie outside the model folder: that is passed on and replaced whole. */
  readonly written?: true;
  /** A path: `~/` at its start is the home folder, and a URL is refused. */
  readonly place?: true;
  /** Refused if it is given twice with different values, since either may be meant. */
  readonly once?: true;
  /** Environment variable that provides its default on the command line. */
  readonly env?: string;
}

/** A row of the table; `T` is the type of the option's value. */
export interface Row<T = unknown> extends Rules {
  readonly kind: Kind;
  /** The value as named in the help: `<n>`; empty for a switch. */
  readonly argument: string;
  readonly help: string;
  readonly fallback: T;
  readonly choices?: readonly string[];
  /** Of a text: how it is read, and its form in words; undefined where it cannot be read. */
  readonly read?: (word: string) => unknown;
  readonly form?: string;
  readonly range?: Range;
}

export const PERCENT: Range = { from: 0, to: 100 };
export const COUNT: Range = { from: 0 };
export const POSITIVE: Range = { from: 1 };
/** A rate that is neither trivial nor impossible to reach. */
export const RATE: Range = { above: 0, below: 1 };

const numeric =
  (kind: 'whole' | 'number') =>
  <T extends number | undefined>(
    fallback: T,
    argument: string,
    help: string,
    range: Range,
    rules?: Rules,
  ): Row<number | T> => ({ kind, argument, help, fallback, range, ...rules });

export const whole = numeric('whole');
export const number = numeric('number');

/** A text without a default. */
export function text(argument: string, help: string, rules?: Rules): Row<string | undefined> {
  return { kind: 'text', argument, help, fallback: undefined, ...rules };
}

export function textOr(
  fallback: string,
  argument: string,
  help: string,
  rules?: Rules,
): Row<string> {
  return { kind: 'text', argument, help, fallback, ...rules };
}

/** A path without a default. */
export function place(argument: string, help: string, rules?: Rules): Row<string | undefined> {
  return text(argument, help, { ...rules, place: true });
}

export function texts(argument: string, help: string, rules?: Rules): Row<readonly string[]> {
  return { kind: 'texts', argument, help, fallback: [], ...rules };
}

export function flag(help: string, rules?: Rules): Row<boolean> {
  return { kind: 'switch', argument: '', help, fallback: false, ...rules };
}

export function choice<C extends string, F extends C | undefined>(
  fallback: F,
  choices: readonly C[],
  help: string,
) {
  return { kind: 'text', argument: '<which>', help, fallback, choices } as Row<C | F>;
}
