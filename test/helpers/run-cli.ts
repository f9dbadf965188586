// Runs the built program as a user would, in a folder and with a cache of its own.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

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
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
  /** Standard input stays open, with nothing in it. */
  readonly keepStdinOpen?: boolean;
  /** Sends SIGINT after so many milliseconds. */
  readonly signalAfter?: number;
  /** A file or device that standard output goes to. */
  readonly stdout?: string;
  /** Modules to load first, as with `node --import`. */
  readonly imports?: readonly string[];
  /** Called with each piece of stderr, and the means to signal the program. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** One bottleneck cache for all tests of a process: the fixtures are computed once. */
export const TEST_CACHE = mkdtempSync(path.join(tmpdir(), 'imgdiag-test-cache-'));
process.on('exit', () => rmSync(TEST_CACHE, { recursive: true, force: true }));

/** `imgdiag WORD...`; a test fails early when the program has not been built. */
export async function imgdiag(
  words: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  if (!existsSync(path.join(ROOT, 'dist', 'cli.js'))) throw new Error('run npm run build first');
  const imports = (options.imports ?? []).flatMap((file) => ['--import', file]);
  const out = options.stdout === undefined ? 'pipe' : openSync(options.stdout, 'w');
  const child = spawn(process.execPath, [...imports, CLI, ...words], {
    stdio: ['pipe', out, 'pipe'],
    cwd: options.cwd ?? ROOT,
    env: {
      ...process.env,
      NO_COLOR: '1',
      XDG_CACHE_HOME: TEST_CACHE,
      IMGDIAG_MODEL: '',
      ...options.env,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
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
    child.on('close', resolve);
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
