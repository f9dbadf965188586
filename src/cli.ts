// The program: subcommands, the one place where errors become exit codes, and Ctrl-C.

import { Command, CommanderError } from 'commander';
import { EXIT, ImgdiagError, systemCode, UsageError, WriteError } from './base/errors.ts';
import { normaliseArguments, withExamples } from './commands/arguments.ts';
import type { Context } from './commands/context.ts';
import { printError, terminal } from './commands/terminal.ts';
import { versionLines } from './commands/version.ts';

/** How long work may take to stop by itself, in milliseconds. */
const PATIENCE = 1500;
const SIGNALS = { SIGINT: EXIT.sigint, SIGTERM: EXIT.sigterm } as const;

/**
 * Runs one command line.
 * @param words what follows the program's name
 * @returns the exit code; nothing is thrown
 */
export async function main(words: readonly string[]): Promise<number> {
  const abort = new AbortController();
  let exitCode: number = EXIT.fine;
  let interrupted: number | undefined;
  let stopLine = 'stopped: nothing was kept to go on from';
  const handlers = Object.entries(SIGNALS).map(([name, code]) => {
    const handler = () => {
      // The second one means it: leave at once.
      if (interrupted !== undefined) process.exit(code);
      interrupted = code;
      abort.abort();
      // Whatever does not listen (a read of standard input) is not waited for.
      setTimeout(() => {
        terminal.log(stopLine);
        process.exit(code);
      }, PATIENCE).unref();
    };
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  // A reader that has seen enough (`| head`) closes the pipe: no error of ours.
  process.stdout.on('error', (error) => {
    if (systemCode(error) === 'EPIPE') process.exit(EXIT.fine);
    printError(
      new WriteError(`expected to write to standard output (${systemCode(error)})`, {
        hint: 'free some space where it goes, and run it again',
      }),
      false,
    );
    process.exit(EXIT.write);
  });
  // Nobody reads the log: the work goes on all the same.
  process.stderr.on('error', () => {});
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
    const program = await createProgram(context, words);
    await program.parseAsync(normaliseArguments(words), { from: 'user' });
    return exitCode;
  } catch (error) {
    terminal.endProgress();
    if (interrupted !== undefined) {
      terminal.log(stopLine);
      return interrupted;
    }
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.fine;
    // A command that only groups others was given none of them: its help has been shown.
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
    const shown = error instanceof CommanderError ? usageError(error, words) : error;
    printError(shown, words.includes('--debug'));
    return shown instanceof ImgdiagError ? shown.exitCode : EXIT.bug;
  } finally {
    for (const off of handlers) off();
  }
}

type Add = (program: Command, context: Context) => void;

/** In the order of the help. Each is loaded when it is named, since every module costs a start. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  retrain: async () => (await import('./commands/retrain.ts')).addRetrain,
  classify: async () => (await import('./commands/classify.ts')).addClassify,
  evaluate: async () => (await import('./commands/evaluate.ts')).addEvaluate,
  check: async () => (await import('./commands/check.ts')).addCheck,
  info: async () => (await import('./commands/info.ts')).addInfo,
  manifest: async () => (await import('./commands/manifest.ts')).addManifest,
  cache: async () => (await import('./commands/cache.ts')).addCache,
};

/**
 * The command line.
 * @param words what will be parsed: of a command that is named first only that one is loaded
 */
export async function createProgram(
  context: Context,
  words: readonly string[] = [],
): Promise<Command> {
  const program = new Command('imgdiag')
    .description('Trains an image classifier on a folder of labelled images, and scores new ones.')
    .option('--debug', 'print the stack of errors')
    .option('--version', 'print the versions of imgdiag and its engines')
    .exitOverride()
    .configureOutput({ outputError: () => {}, writeOut: (text) => terminal.write(text) })
    .configureHelp({ showGlobalOptions: true })
    .on('option:version', () => {
      for (const line of versionLines()) terminal.result(line);
      throw new CommanderError(EXIT.fine, 'commander.version', '');
    });
  const [first] = words.filter((word) => word !== '--debug');
  const names = Object.keys(COMMANDS);
  for (const name of names.includes(first) ? [first] : names) {
    const add = await COMMANDS[name]();
    add(program, context);
  }
  return withExamples(program, [
    'imgdiag retrain --image_dir ./healthdiag --steps 500',
    'imgdiag classify leg005.jpg',
    'imgdiag info',
  ]);
}

/** commander's words in our form; its suggestion, if any, becomes the hint. */
function usageError({ message }: CommanderError, words: readonly string[]): UsageError {
  const [first, ...rest] = message.replace(/^error: /, '').split('\n');
  const suggestion = /\(Did you mean (.*)\)/s.exec(rest.join(' '))?.[1];
  const command = words.find((word) => Object.hasOwn(COMMANDS, word));
  const help = ['imgdiag', command, '--help'].filter(Boolean).join(' ');
  // option '--steps <n>' argument 'x' is invalid. expected a whole number.
  const value = /^option '(--\w+).*' argument '(.*)' is invalid\. (.*?)\.?$/s.exec(first);
  const sentence = value
    ? `${value[3].replace('Allowed choices are', 'expected one of')} for ${value[1]}, found ${value[2] || 'nothing'}`
    : first;
  if (/unknown option '--checkpoint_path'/.test(first)) {
    return new UsageError(
      'expected an option that there is, found --checkpoint_path, which has no counterpart here',
      {
        hint: 'leave it out: bottlenecks are kept, and training takes a second',
      },
    );
  }
  return new UsageError(sentence, {
    hint: suggestion ? `did you mean ${suggestion}` : `${help} shows what there is`,
  });
}
