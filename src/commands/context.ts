// What every command takes: the terminal and an abort signal.

import type { Terminal } from './terminal.ts';

export interface Context {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Sets the line that is printed when the command is stopped, which says what is kept. */
  setStopLine(line: string): void;
  /** Sets the exit code of a command that has succeeded in part. */
  setExitCode(code: number): void;
}
