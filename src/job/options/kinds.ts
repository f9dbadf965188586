// The kinds of options that the table of `retrain` is made of.

/** How the word after a flag is read. */
export type OptionKind = 'whole' | 'number' | 'text' | 'texts' | 'switch' | 'choice';

/** `from` and `to` are allowed themselves, `above` and `below` are not. */
export interface Range {
  readonly from?: number;
  readonly to?: number;
  readonly above?: number;
  readonly below?: number;
}

export interface OptionSpec<T> {
  readonly kind: OptionKind;
  /** As the help names the value: `<n>`. */
  readonly argument: string;
  readonly help: string;
  readonly fallback: T;
  readonly choices?: readonly string[];
  /** What a number must lie in. */
  readonly range?: Range;
  /** Part of what a model records, and of what `--like` repeats: it decides the result. */
  readonly saved: boolean;
}

export const PERCENT: Range = { from: 0, to: 100 };
export const COUNT: Range = { from: 0 };
export const POSITIVE: Range = { from: 1 };

export const OUTPUT = false;
export const RESULT = true;

export function whole(
  fallback: number,
  argument: string,
  help: string,
  range: Range,
): OptionSpec<number> {
  return { kind: 'whole', argument, help, fallback, range, saved: RESULT };
}

export function number(
  fallback: number,
  argument: string,
  help: string,
  range: Range,
): OptionSpec<number> {
  return { kind: 'number', argument, help, fallback, range, saved: RESULT };
}

export function maybe(
  kind: 'whole' | 'number',
  argument: string,
  help: string,
  range: Range,
): OptionSpec<number | undefined> {
  return { kind, argument, help, fallback: undefined, range, saved: RESULT };
}

export function text<T extends string | undefined>(
  fallback: T,
  argument: string,
  help: string,
  saved: boolean,
): OptionSpec<T extends string ? string : string | undefined> {
  return { kind: 'text', argument, help, fallback: fallback as never, saved };
}

export function flag(help: string, saved: boolean): OptionSpec<boolean> {
  return { kind: 'switch', argument: '', help, fallback: false, saved };
}

export function choice<C extends string>(
  fallback: C,
  choices: readonly C[],
  help: string,
  saved = RESULT,
) {
  return { kind: 'choice', argument: '<which>', help, fallback, choices, saved } as OptionSpec<C>;
}

export function texts(
  argument: string,
  help: string,
  saved: boolean,
): OptionSpec<readonly string[]> {
  return { kind: 'texts', argument, help, fallback: [], saved };
}
