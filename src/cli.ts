// The program: commands, exit codes of errors, and Ctrl-C.

import { Command, CommanderError } from 'commander';
import { asKnownError } from './base/disk-trouble.ts';
import { EXIT, ImgdiagError, UsageError } from './base/errors.ts';
import { renewPatience } from './base/patience.ts';
import { listen } from './base/signals.ts';
import { addCommand, normaliseArguments, withExamples } from './commands/arguments.ts';
import type { Context } from './commands/context.ts';
import { printError, terminal, watchStreams } from './commands/terminal.ts';
import { versionLines } from './commands/version.ts';
import { COMMANDS, type CommandName, type Given } from './options/commands.ts';
import { REFUSED } from './options/rows.ts';

/** How long work may take to stop after a signal, in milliseconds. */
const PATIENCE = 1500;
/** Values of --logging_verbosity that leave out warnings. */
const QUIET: readonly unknown[] = ['ERROR', 'FATAL'];
const SIGNALS = { SIGINT: EXIT.sigint, SIGTERM: EXIT.sigterm } as const;

/**
 * Runs one command line.
 * @param words the command line after the program's name
 * @returns the exit code; nothing is thrown
 */
export async function main(words: readonly string[]): Promise<number> {
  const abort = new AbortController();
  let exitCode: number = EXIT.fine;
  let interrupted: number | undefined;
  let stopLine = 'stopped; nothing was saved';
  let told = false;
  const stopped = () => {
    if (!told) terminal.log(stopLine);
    told = true;
  };
  const handlers = Object.entries(SIGNALS).map(([name, code]) => {
    const end = () => {
      stopped();
      endBy(name, code, off);
    };
    const off = listen(
      name as NodeJS.Signals,
      () => {
        if (interrupted !== undefined) return endBy(name, code, off);
        interrupted = code;
        abort.abort();
        // Do not wait for work that ignores the signal, such as reading standard input.
        setTimeout(end, PATIENCE).unref();
      },
      end,
    );
    return off;
  });
  watchStreams();
  renewPatience();
  try {
    const context: Context = {
      terminal,
      signal: abort.signal,
      setStopLine(line) {
        stopLine = line;
      },
      setExitCode(code) {
        exitCode = code;
      },
    };
    const program = createProgram(context);
    await program.parseAsync(normaliseArguments(words), { from: 'user' }).catch(unlessShown);
    const unwritten = await terminal.flush();
    if (unwritten !== undefined) throw unwritten;
    return exitCode;
  } catch (error) {
    terminal.endProgress();
    if (interrupted !== undefined) {
      stopped();
      return interrupted;
    }
    // A group without a subcommand: its help has been shown.
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
    const shown = error instanceof CommanderError ? usageError(error, words) : asKnownError(error);
    printError(shown, words.includes('--debug'));
    return shown instanceof ImgdiagError ? shown.exitCode : EXIT.bug;
  } finally {
    for (const off of handlers) off();
  }
}

/**
 * Ends the process as if it did not handle the signal: `process.exit` waits for threads, and one may
 * sit in a read that never returns.
 */
function endBy(signal: string, code: number, off: () => void): void {
  off();
  if (process.platform !== 'win32') process.kill(process.pid, signal);
  // Windows has no signals; the first process of a container ignores those that it does not handle.
  process.exit(code);
}

type RunCommand<C extends CommandName> = (given: Given<C>, context: Context) => Promise<void>;

/** Each is loaded when it is run, to start fast; a group shows its help. */
const RUNS: { readonly [C in CommandName]: (() => Promise<RunCommand<C>>) | undefined } = {
  retrain: async () => (await import('./commands/retrain.ts')).retrainCommand,
  classify: async () => (await import('./commands/classify.ts')).classifyCommand,
  evaluate: async () => (await import('./commands/evaluate.ts')).evaluateCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  info: async () => (await import('./commands/info.ts')).infoCommand,
  manifest: async () => (await import('./commands/manifest.ts')).manifestCommand,
  extractor: undefined,
  'extractor list': async () => (await import('./commands/extractor.ts')).extractorListCommand,
  'extractor info': async () => (await import('./commands/extractor.ts')).extractorInfoCommand,
  'extractor fetch': async () => (await import('./commands/extractor.ts')).extractorFetchCommand,
  cache: undefined,
  'cache info': async () => (await import('./commands/cache.ts')).cacheInfoCommand,
  'cache prune': async () => (await import('./commands/cache.ts')).cachePruneCommand,
  'cache clear': async () => (await import('./commands/cache.ts')).cacheClearCommand,
};

/** Makes the command line from the table of commands. */
export function createProgram(context: Context): Command {
  const program = new Command('imgdiag')
    .description('Train an image classifier on a folder of labelled images, and score new ones.')
    .option('--debug', 'print stack traces of errors')
    .option('--version', 'print the versions of imgdiag and its engines')
    .exitOverride()
    .configureOutput({ outputError: () => {}, writeOut: (text) => terminal.write(text) })
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 30 })
    .on('option:version', () => {
      for (const line of versionLines()) terminal.result(line);
      throw new CommanderError(EXIT.fine, 'commander.version', '');
    });
  for (const name of Object.keys(COMMANDS) as CommandName[]) {
    const load = RUNS[name];
    addCommand(
      program,
      name,
      load &&
        (async (given, notes) => {
          if (!QUIET.includes(given.logging_verbosity)) {
            for (const note of notes) context.terminal.message(...note);
          }
          await (await load())(given as never, context);
        }),
    );
  }
  withExamples(program, [
    'imgdiag retrain --image_dir ./healthdiag --steps 500',
    'imgdiag classify leg005.jpg',
    'imgdiag info',
  ]);
  return program;
}

/** Help and version end with an error that is not one. */
function unlessShown(error: unknown): void {
  if (!(error instanceof CommanderError && error.exitCode === EXIT.fine)) throw error;
}

/** commander's message, with its suggestion, if any, as the hint. */
function usageError({ message }: CommanderError, words: readonly string[]): UsageError {
  const [first, ...rest] = message.replace(/^error: /, '').split('\n');
  const suggestion = /\(Did you mean (.*)\)/s.exec(rest.join(' '))?.[1];
  const command = words.find((word) => Object.hasOwn(COMMANDS, word));
  const help = ['imgdiag', command, '--help'].filter(Boolean).join(' ');
  const unknown = /^unknown option '--(\w+)/.exec(first)?.[1] ?? '';
  if (Object.hasOwn(REFUSED, unknown)) {
    return new UsageError(
      `expected an option of imgdiag, found --${unknown} of retrain.py, which has no counterpart`,
      { hint: REFUSED[unknown] },
    );
  }
  return new UsageError(first, {
    hint: suggestion ? `did you mean ${suggestion}` : `see ${help}`,
  });
}
