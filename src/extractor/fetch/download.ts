// Downloads files over HTTP: the only file that opens network connections, and only when it is called.

import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { messageOf, systemCode, UnfitError } from '../../base/errors.ts';
import { guardWrite } from '../../base/files.ts';
import { type Checksum, checksumOf } from './checksum.ts';

/** Times that the tests make shorter, in milliseconds. */
export const NETWORK_TIMES = {
  connect: 15_000,
  /** Without a byte. */
  silence: 30_000,
  /** Doubled after each attempt that brought nothing. */
  firstWait: 1000,
};
/** Attempts in a row that bring nothing. */
const ATTEMPTS = 5;
/** Of a list of files. */
const MAX_JSON = 4e6;
/** Statuses that pass: https://www.rfc-editor.org/rfc/rfc9110#name-status-codes */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

/** A file on a server, with what its publisher states of it. */
export interface RemoteFile {
  readonly url: string;
  readonly size: number;
  readonly checksum: Checksum;
  /** Sent to the host of `url` only, not to where it redirects. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface DownloadOptions {
  /** Called with bytes done, of `size`. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Connections by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
export interface Downloader {
  /**
   * Writes the file to `target`, going on where an earlier call was stopped, and verifies it.
   * @throws UnfitError `fetch_failed` where it cannot be had, `checksum_wrong` where it is another file;
   *   WriteError
   */
  download(file: RemoteFile, target: string, options?: DownloadOptions): Promise<void>;
  /** @throws UnfitError `fetch_failed` */
  json(
    url: string,
    headers?: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<unknown>;
  close(): Promise<void>;
}

export function openDownloader(times = NETWORK_TIMES): Downloader {
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: times.connect },
    headersTimeout: times.silence,
    bodyTimeout: times.silence,
  });
  const get = async (url: string, headers = {}, signal?: AbortSignal) => {
    const answer = await fetch(url, { dispatcher, headers, signal: signal ?? null });
    if (!answer.ok) throw new StatusError(answer.status);
    return answer;
  };

  /** Tries again what may pass. `attempt` tells whether it got any further. */
  async function persist<T>(
    url: string,
    signal: AbortSignal | undefined,
    attempt: () => Promise<T>,
    progressed: () => boolean = () => false,
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        signal?.throwIfAborted();
        if (progressed()) tries = 1;
        if (!mayPass(error) || tries === ATTEMPTS) throw refused(url, error);
        await sleep(times.firstWait * 2 ** (tries - 1), undefined, { signal });
      }
    }
  }

  return {
    async download({ url, size, checksum, headers }, target, { onProgress, signal } = {}) {
      let done = await sizeOf(target);
      // Of another file, or with bytes that another process appended.
      if (done > size) done = await restart(target);
      onProgress?.(done);
      let before = done;
      const attempt = async () => {
        // What was counted may not have been written.
        done = await sizeOf(target);
        before = done;
        if (done === size) return;
        const range = done > 0 ? { range: `bytes=${done}-` } : {};
        const answer = await get(url, { ...headers, ...range }, signal);
        if (done > 0 && !continuesAt(answer, done)) done = await restart(target);
        await guardWrite(target, () =>
          pipeline(
            counted(answer, size - done, (bytes) => {
              done += bytes;
              onProgress?.(done);
            }),
            createWriteStream(target, { flags: 'a', mode: 0o600 }),
          ),
        );
        if (done < size) throw new CutError(`it ended after ${done} of ${size} bytes`);
      };
      await persist(url, signal, attempt, () => done > before);
      const found = await checksumOf(target, size, checksum.algorithm, signal);
      if (found === checksum.hex) return;
      await rm(target, { force: true });
      throw new UnfitError(
        `expected ${checksum.algorithm} ${checksum.hex} of ${url}, found ${found}`,
        { code: 'checksum_wrong', hint: 'it is not the file that is known, and was removed' },
      );
    },
    json: (url, headers, signal) =>
      persist(url, signal, async () => {
        const answer = await get(url, headers, signal);
        const pieces: Uint8Array[] = [];
        for await (const piece of counted(answer, MAX_JSON)) pieces.push(piece);
        const text = Buffer.concat(pieces).toString();
        try {
          return JSON.parse(text);
        } catch {
          throw new UnfitError(`expected JSON from ${url}, found ${text.slice(0, 60)}`, {
            code: 'fetch_failed',
            hint: 'a proxy or sign-in page may have answered',
          });
        }
      }),
    close: () => dispatcher.close(),
  };
}

class StatusError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the server answered ${status}`);
    this.status = status;
  }
}

/** A body that ended too early. */
class CutError extends Error {}

function mayPass(error: unknown): boolean {
  if (error instanceof StatusError) return PASSING.includes(error.status);
  if (error instanceof CutError) return true;
  const { cause } = error as { cause?: unknown };
  // There is no such host, or no network: that does not pass within seconds.
  if (systemCode(cause) === 'ENOTFOUND') return false;
  // undici: a TypeError whose cause says what failed.
  return error instanceof TypeError || (systemCode(error) ?? '').startsWith('UND_ERR');
}

/** Whether a partial answer goes on at byte `at`. */
function continuesAt(answer: Response, at: number): boolean {
  const range = answer.headers.get('content-range');
  return answer.status === 206 && (range ?? '').startsWith(`bytes ${at}-`);
}

/** The bytes of an answer, no more than `most`. */
async function* counted(
  answer: Response,
  most: number,
  onBytes?: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  let left = most;
  for await (const piece of answer.body === null ? Readable.from([]) : answer.body) {
    const bytes = piece as Uint8Array;
    left -= bytes.length;
    if (left < 0) {
      throw new UnfitError(`expected at most ${most} bytes from ${answer.url}, found more`, {
        code: 'fetch_failed',
        hint: 'the file there has changed',
      });
    }
    yield bytes;
    onBytes?.(bytes.length);
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function restart(file: string): Promise<number> {
  await guardWrite(file, () => rm(file, { force: true }));
  return 0;
}

function refused(url: string, error: unknown): unknown {
  const known = error instanceof StatusError || error instanceof TypeError || mayPass(error);
  if (!known) return error;
  const { cause } = error as { cause?: unknown };
  const why = cause === undefined ? messageOf(error) : (systemCode(cause) ?? messageOf(cause));
  const status = error instanceof StatusError ? error.status : undefined;
  const hints: Readonly<Record<number, string>> = {
    401: 'it is private or gated: set HF_TOKEN to a token that may read it',
    403: 'it is private or gated: set HF_TOKEN to a token that may read it',
    404: 'check the name',
  };
  return new UnfitError(
    `expected to fetch ${url}, but ${status ? '' : 'the connection failed: '}${why}`,
    {
      code: 'fetch_failed',
      hint: hints[status ?? 0],
      cause: error,
    },
  );
}
