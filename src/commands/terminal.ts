// The only writer to the terminal: results on stdout, everything else on stderr.

import { styleText } from 'node:util';
import type { SingleBar } from 'cli-progress';
import { ImgdiagError, messageOf, systemCode, WriteError } from '../base/errors.ts';
import type { Level } from '../base/messages.ts';
import { printable, printableLines } from '../base/printable.ts';
import { versionLines } from './version.ts';

/** The error that ended standard output. */
let lost: Error | undefined;

/** Handles stream errors, so that a closed stdout does not stop the work. */
export function watchStreams(): void {
  lost = undefined;
  process.stdout.on('error', (error) => {
    lost ??= error;
  });
  process.stderr.on('error', () => {});
}

/** Error codes of a pipe that nobody reads any more (`| head`). */
const READER_GONE = ['EPIPE', 'EOF', 'ECONNRESET'];

/** The current progress, until it is complete or another one starts. */
let counted: { readonly what: string; readonly progress: Progress } | undefined;

export const terminal = {
  /** A line of the result, on stdout. */
  result: (line: string) => terminal.write(`${printable(line)}\n`),
  /** Writes result text on stdout: unchanged for a program, without hidden characters on a terminal. */
  write(text: string): void {
    if (lost !== undefined) return;
    process.stdout.write(process.stdout.isTTY ? printableLines(text) : text);
  },
  /** A name as it stands in a table: exact for a program, on one line for a terminal. */
  shown: (name: string) => (process.stdout.isTTY ? printable(name) : name),
  /** A line about the work, on stderr. */
  log: (line: string) => void process.stderr.write(`${printable(line)}\n`),
  /** A message of a job on stderr, with `warning: ` for warnings. */
  message: (level: Level, text: string) =>
    terminal.log(level === 'warning' ? `warning: ${text}` : text),
  /** Progress of `total` items: a bar on a terminal, else a line for every tenth. */
  progress(what: string, done: number, total: number): void {
    if (counted?.what !== what) {
      terminal.endProgress();
      counted = { what, progress: process.stderr.isTTY ? barProgress(what) : plainProgress(what) };
    }
    counted.progress.update(done, total);
    if (done === total) terminal.endProgress();
  },
  /** Removes a bar that is left when work has failed. */
  endProgress(): void {
    counted?.progress.stop();
    counted = undefined;
  },
  /** Whether standard output is closed: its reader is gone, or it cannot be written. */
  isClosed: () => lost !== undefined,
  /** Waits until everything is written. @returns an error, but not for a reader that is gone */
  async flush(): Promise<WriteError | undefined> {
    await new Promise<unknown>((resolve) => process.stdout.write('', resolve));
    // The stream emits its error after the callback.
    await new Promise(setImmediate);
    const code = systemCode(lost);
    if (lost === undefined || READER_GONE.includes(code ?? '')) return undefined;
    return new WriteError(`expected to write to standard output (${code})`, {
      hint: 'free some space there, and run the command again',
    });
  },
};

export type Terminal = typeof terminal;

interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

const REPORT = 'report this with everything below, and how to reproduce it';

/** Prints an error and its hint; stack and versions only with `--debug`. */
export function printError(error: unknown, debug: boolean): void {
  const known = error instanceof ImgdiagError;
  const message = known ? error.message : `this is a bug in imgdiag: ${messageOf(error)}`;
  const hint = known
    ? error.hint
    : debug
      ? REPORT
      : 'run the command again with --debug, and report what it prints';
  process.stderr.write(`${paint('red', 'error:')} ${printable(message)}\n`);
  if (hint !== undefined) process.stderr.write(`${paint('cyan', 'hint:')} ${printable(hint)}\n`);
  if (!debug || !(error instanceof Error)) return;
  process.stderr.write(printableLines(`${error.stack}\n${versionLines().join('\n')}\n`));
}

function paint(colour: 'red' | 'cyan', text: string): string {
  const wanted = process.stderr.isTTY && !process.env.NO_COLOR;
  return wanted ? styleText(colour, text) : text;
}

function plainProgress(label: string): Progress {
  let tenth = 0;
  return {
    update(done, total) {
      const reached = Math.floor((10 * done) / total);
      if (reached === tenth) return;
      tenth = reached;
      terminal.log(`${label}: ${10 * tenth}% (${done} of ${total})`);
    },
    stop() {},
  };
}

function barProgress(label: string): Progress {
  let bar: SingleBar | undefined;
  let loading = false;
  let stopped = false;
  let started = 0;
  async function load(total: number) {
    const { default: progress } = await import('cli-progress');
    if (stopped) return;
    bar = new progress.SingleBar({
      format: `${label} [{bar}] {value}/{total} | {speed}/s | {left} left`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    });
    bar.start(total, 0, { speed: '-', left: '-' });
  }
  return {
    update(done, total) {
      if (!loading) {
        loading = true;
        started = performance.now();
        void load(total);
      }
      const speed = (1000 * done) / (performance.now() - started);
      const left = `${Math.ceil((total - done) / speed)} s`;
      bar?.update(done, { speed: speed.toFixed(0), left });
    },
    stop() {
      stopped = true;
      bar?.stop();
    },
  };
}
