// What every command is handed: where to print, and when to stop.

import type { Terminal } from './terminal.ts';

export interface Context {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** What is said when the command is stopped: what is kept. */
  setStopLine(line: string): void;
  /** The exit code of a command that has done its work but not for everything. */
  setExitCode(code: number): void;
}
