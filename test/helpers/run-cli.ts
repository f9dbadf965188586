// Runs the program as a user would, in a folder and with a cache of its own: in this process, which
// costs a fifth of the time, or where a test needs one, built and in a process of its own.

import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { FAST } from './fast.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const HEALTHDIAG = path.join(ROOT, 'fixtures', 'healthdiag');
export const DIAGNOSE = path.join(ROOT, 'fixtures', 'diagnose');
export const LEG005 = path.join(DIAGNOSE, 'leg005.jpg');
const CLI = path.join(ROOT, 'bin', 'imgdiag.mjs');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The network is what it is for users who name none. */
  readonly defaultNetwork?: boolean;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds; nothing when left out. */
  readonly input?: Uint8Array;
  /** Whether standard output passes for a terminal; not in a process of its own. */
  readonly onTerminal?: boolean;
  /** In a process of its own, as all of what follows has to be: what is tested is how it starts or ends. */
  readonly spawned?: boolean;
  /** Standard input stays open, with nothing in it. */
  readonly keepStdinOpen?: boolean;
  /** Sends SIGINT after so many milliseconds. */
  readonly signalAfter?: number;
  /** A file or device that standard output goes to. */
  readonly stdout?: string;
  /** When whoever reads standard output goes away. */
  readonly readerGoes?: 'at once' | 'after a line';
  /** Modules to load first, as with `node --import`. */
  readonly imports?: readonly string[];
  /** Called with each piece of stderr, and the means to signal the program. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** One bottleneck cache for all tests of a process: the fixtures are computed once. */
export const TEST_CACHE = mkdtempSync(path.join(tmpdir(), 'imgdiag-test-cache-'));
process.on('exit', () => rmSync(TEST_CACHE, { recursive: true, force: true }));

/** As a user of it writes them: `--extractor`, and the names that retrain.py had. */
const NAMES_NETWORK = /^--(extractor|architecture|tfhub_module|like|init_from|help)(=|$)/;

/** With the fast network, unless they name one: most tests need any. */
function withFastNetwork(words: readonly string[]): readonly string[] {
  const computes = words[0] === 'retrain' || words[0] === 'check';
  if (!computes || words.some((word) => NAMES_NETWORK.test(word))) return words;
  return [...words, '--extractor', FAST];
}

/** `imgdiag WORD...`; `retrain` and `check` with the fast network, unless `words` or `options` say otherwise. */
export function imgdiag(given: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const words = options.defaultNetwork ? given : withFastNetwork(given);
  const { spawned, keepStdinOpen, signalAfter, stdout, readerGoes, imports, onStderr } = options;
  const apart =
    spawned || keepStdinOpen || signalAfter || stdout || readerGoes || imports || onStderr;
  if (apart) return runApart(words, options);
  // The folder, the environment and standard input are the whole process's: one command at a time.
  const outcome = last.then(() => runHere(words, options));
  last = outcome.catch(() => {});
  return outcome;
}

let last: Promise<unknown> = Promise.resolve();

function environment({ env }: RunOptions): Record<string, string> {
  return { NO_COLOR: '1', XDG_CACHE_HOME: TEST_CACHE, IMGDIAG_MODEL: '', ...env };
}

/** What a command that runs in this process has written. */
const output = new AsyncLocalStorage<{ stdout: string; stderr: string }>();

async function runHere(words: readonly string[], options: RunOptions): Promise<Outcome> {
  const { main } = await import('../../src/cli.ts');
  const written = { stdout: '', stderr: '' };
  const restore = [
    divert('stdout', options.onTerminal),
    divert('stderr'),
    setEnvironment(environment(options)),
    replaceStdin(options.input),
    changeFolder(options.cwd ?? ROOT),
  ];
  try {
    return { code: await output.run(written, () => main(words)), ...written };
  } finally {
    for (const undo of restore.reverse()) undo();
  }
}

/** Keeps what the command writes; the test runner goes on writing to the stream itself. */
function divert(name: 'stdout' | 'stderr', onTerminal = false): () => void {
  const stream = process[name];
  const { write, isTTY } = stream;
  const listeners = stream.listeners('error');
  stream.isTTY = onTerminal;
  stream.write = (...words: unknown[]) => {
    const written = output.getStore();
    if (written === undefined) return Reflect.apply(write, stream, words);
    written[name] += words[0];
    const callback = words.at(-1);
    if (typeof callback === 'function') callback();
    return true;
  };
  return () => {
    Object.assign(stream, { write, isTTY });
    // The program listens until its process ends.
    for (const listener of stream.listeners('error')) {
      if (!listeners.includes(listener)) stream.off('error', listener as () => void);
    }
  };
}

function setEnvironment(env: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function replaceStdin(input: Uint8Array = new Uint8Array()): () => void {
  const before = Object.getOwnPropertyDescriptor(process, 'stdin');
  const value = Readable.from([input], { objectMode: false });
  Object.defineProperty(process, 'stdin', { configurable: true, value });
  return () => void Object.defineProperty(process, 'stdin', before as PropertyDescriptor);
}

function changeFolder(folder: string): () => void {
  const before = process.cwd();
  process.chdir(folder);
  return () => process.chdir(before);
}

/** A test fails early when the program has not been built. */
async function runApart(words: readonly string[], options: RunOptions): Promise<Outcome> {
  if (!existsSync(path.join(ROOT, 'dist', 'cli.js'))) throw new Error('run npm run build first');
  const imports = (options.imports ?? []).flatMap((file) => ['--import', file]);
  const out = options.stdout === undefined ? 'pipe' : openSync(options.stdout, 'w');
  const child = spawn(process.execPath, [...imports, CLI, ...words], {
    stdio: ['pipe', out, 'pipe'],
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...environment(options) },
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    if (options.readerGoes === 'after a line' && stdout.includes('\n')) child.stdout?.destroy();
  });
  if (options.readerGoes === 'at once') child.stdout?.destroy();
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
    options.onStderr?.(text, (signal) => child.kill(signal));
  });
  child.stdin?.on('error', () => {});
  if (!options.keepStdinOpen) child.stdin?.end(options.input ?? '');
  if (options.signalAfter !== undefined)
    setTimeout(() => child.kill('SIGINT'), options.signalAfter);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    // As a shell counts.
    child.on('close', (ended, signal) =>
      resolve(signal === null ? ended : 128 + constants.signals[signal]),
    );
  });
  return { code, stdout, stderr };
}

/** The model that `retrain` makes of the fixtures with all defaults, trained once per process. */
let trained: Promise<string> | undefined;
export function trainedModel(): Promise<string> {
  trained ??= (async () => {
    const folder = path.join(TEST_CACHE, 'model');
    const { code, stderr } = await imgdiag([
      'retrain',
      '--image_dir',
      HEALTHDIAG,
      '--model_dir',
      folder,
      '--no_report',
    ]);
    if (code !== 0) throw new Error(`retrain ended with ${code}: ${stderr}`);
    return folder;
  })();
  return trained;
}

/** `imgdiag retrain` with the words given, few steps and no report, since most tests are about neither. */
export function retrainQuickly(...words: string[]): Promise<Outcome> {
  return imgdiag(['retrain', '--steps', '20', '--no_report', ...words]);
}
