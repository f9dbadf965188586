// The errors a user can meet: what was expected and found, the remedy, and the exit code.

import { constants } from 'node:os';

/** Exit codes of every command. */
export const EXIT = {
  fine: 0,
  bug: 1,
  usage: 2,
  input: 3,
  unfit: 4,
  gate: 5,
  write: 6,
  sigint: 130,
  sigterm: 143,
} as const;

export interface ErrorDetails {
  /** The remedy, one line; printed as `hint: ...`. */
  hint?: string | undefined;
  /** Stable machine-readable word, e.g. `image_damaged`; shown in `--json` output. */
  code?: string;
  cause?: unknown;
  /** The label that too few images are left of, or empty for all: files that were skipped may be why. */
  tooFew?: string;
  /** What a job had found all the same. */
  result?: unknown;
}

/** An error whose message is meant for the user; anything else that is thrown is a bug. */
export class ImgdiagError extends Error {
  readonly exitCode: number;
  readonly code: string;
  readonly hint: string | undefined;
  /** As in `ErrorDetails`. */
  readonly tooFew: string | undefined;
  /**
   * Of `retrain` and `evaluate`: what was measured before a gate was missed or a model not saved.
   */
  readonly result: unknown;

  constructor(exitCode: number, code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.exitCode = exitCode;
    this.code = details.code ?? code;
    this.hint = details.hint;
    this.tooFew = details.tooFew;
    this.result = details.result;
  }
}

/** The command line is wrong (exit code 2). */
export class UsageError extends ImgdiagError {
  override readonly name = 'UsageError';
  constructor(message: string, details?: ErrorDetails) {
    super(EXIT.usage, 'usage', message, details);
  }
}

/** The images or tables given cannot be used (exit code 3). */
export class InputError extends ImgdiagError {
  override readonly name = 'InputError';
  constructor(message: string, details?: ErrorDetails) {
    super(EXIT.input, 'input', message, details);
  }
}

/** A model, extractor, engine or cache does not fit the request (exit code 4). */
export class UnfitError extends ImgdiagError {
  override readonly name = 'UnfitError';
  constructor(message: string, details?: ErrorDetails) {
    super(EXIT.unfit, 'unfit', message, details);
  }
}

/** A metric misses its gate (exit code 5). */
export class GateError extends ImgdiagError {
  override readonly name = 'GateError';
  constructor(message: string, details?: ErrorDetails) {
    super(EXIT.gate, 'gate', message, details);
  }
}

/** A file or folder cannot be written: disk full, permission, not our folder (exit code 6). */
export class WriteError extends ImgdiagError {
  override readonly name = 'WriteError';
  constructor(message: string, details?: ErrorDetails) {
    super(EXIT.write, 'write', message, details);
  }
}

/** The `code` of a Node.js system error (`ENOENT`), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return undefined;
  // Node.js has no name for some, such as ESTALE of a share.
  const [, number] = /^Unknown system error -(\d+)$/.exec(code) ?? [];
  if (number === undefined) return code;
  const named = Object.entries(constants.errno).find(([, value]) => value === Number(number));
  return named?.[0] ?? `error ${number}`;
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').trim();
}
