// Runs networks on ONNX Runtime: the only file that imports onnxruntime-node.

import { availableParallelism } from 'node:os';
import { runInThisContext } from 'node:vm';
import type { InferenceSession } from 'onnxruntime-node';
import { messageOf, systemCode, UnfitError } from '../../base/errors.ts';
import { whileBlocked } from '../../base/signals.ts';
import { BATCH_SIZE, type BatchOutput, inParts } from '../batch.ts';

type Runtime = typeof import('onnxruntime-node');

/** More threads are no faster on networks as small as these. */
const MAX_THREADS = 8;
/** Logs only fatal errors; errors are thrown anyway. */
const LOG_SEVERITY_FATAL = 4;
/**
 * By default, idle threads spin on the processors that decode the next images: measured on 2 busy
 * cores, 230 images per second instead of 350, and 60 decoded instead of 90.
 */
const WAITING_THREADS_SLEEP = { session: { intra_op: { allow_spinning: '0' } } };
/** Node.js error codes for a module, or its binary, that cannot be loaded. */
const MISSING_CODES = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'];

export interface SessionOptions {
  /** Threads for one inference; default: the number of processors, at most 8. */
  readonly threads?: number;
  /** Images that it is run on at once, as `batchFor` gives it; default: 16. */
  readonly batch?: number;
}

export type SessionOutput = BatchOutput;

/** A saved network opened for inference. */
export interface Session {
  /** `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
  readonly outputNames: readonly string[];
  /**
   * Runs the network on its input `image`; the event loop is blocked meanwhile.
   * @param images uint8 RGB `[count, size, size, 3]`, row-major, 0..255
   * @param outputs which float32 outputs to fetch
   * @throws UnfitError when the network has no such output, or takes images of another size
   */
  run<Name extends string>(
    images: Uint8Array,
    count: number,
    outputs: readonly Name[],
  ): Promise<Record<Name, SessionOutput>>;
  dispose(): Promise<void>;
}

/** A graph of float32 matrices, opened for computation. */
export interface FloatSession {
  /** `inputs` are not copied; results belong to the caller. */
  run(inputs: Readonly<Record<string, SessionOutput>>, output: string): Promise<SessionOutput>;
  dispose(): Promise<void>;
}

/**
 * @param bytes an ONNX model with input `image`, uint8 `[n, size, size, 3]`
 * @throws UnfitError `engine_missing` where onnxruntime-node cannot be loaded
 */
export async function openSession(
  bytes: Uint8Array,
  {
    threads = Math.min(availableParallelism(), MAX_THREADS),
    batch = BATCH_SIZE,
  }: SessionOptions = {},
): Promise<Session> {
  const ort = await loadRuntime();
  const session = await createSession(ort, bytes, threads);
  const size = imageSize(session);
  const runParts = inParts<string>(batch, async (part, number, outputs) => {
    const image = new ort.Tensor('uint8', part, [number, size, size, 3]);
    const results = await session.run({ image }, outputs);
    return Object.fromEntries(outputs.map((name) => [name, owned(results[name])]));
  });
  return {
    runtime: runtimeName(ort),
    outputNames: session.outputNames,
    async run(images, count, outputs) {
      if (images.length !== count * size * size * 3) {
        throw new UnfitError(
          `expected ${count} images of ${size}x${size} pixels, found ${images.length} bytes`,
          { hint: 'apply the preprocessing saved with the model' },
        );
      }
      const unknown = outputs.find((name) => !session.outputNames.includes(name));
      if (unknown !== undefined) {
        throw new UnfitError(
          `expected an output ${unknown} in the network, found ${session.outputNames.join(', ')}`,
          { hint: 'use a model saved by imgdiag' },
        );
      }
      return runParts(images, count, outputs);
    },
    dispose: () => session.release(),
  };
}

/**
 * @param bytes an ONNX model whose inputs and outputs are float32
 * @throws UnfitError `engine_missing` where onnxruntime-node cannot be loaded
 */
export async function openFloatSession(
  bytes: Uint8Array,
  { threads = 1 }: SessionOptions = {},
): Promise<FloatSession> {
  const ort = await loadRuntime();
  const session = await createSession(ort, bytes, threads);
  return {
    async run(inputs, output) {
      const tensors = Object.entries(inputs).map(([name, { data, shape }]) => {
        return [name, new ort.Tensor('float32', data, shape)] as const;
      });
      const results = await session.run(Object.fromEntries(tensors), [output]);
      return owned(results[output]);
    },
    dispose: () => session.release(),
  };
}

/**
 * The runtime's results are arrays of the realm that Node.js started with; jest runs tests in others.
 * @throws UnfitError `engine_missing`
 */
export function requireOwnRealm(array: unknown = Float32Array): void {
  if (runInThisContext('Float32Array') === array) return;
  throw new UnfitError('ONNX Runtime (onnxruntime-node) refuses arrays of another realm', {
    hint: 'test runners such as jest make realms: start a process for it there, or use --engine tfjs',
    code: 'engine_missing',
  });
}

/** @throws UnfitError `engine_missing` where onnxruntime-node cannot be loaded, or not be used */
export async function loadRuntime(): Promise<Runtime> {
  requireOwnRealm();
  // Microsoft's builds send telemetry unless it is disabled before they are loaded:
  // https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
  process.env.ORT_DISABLE_TELEMETRY = '1';
  try {
    const loaded = await import('onnxruntime-node');
    return loaded;
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (!MISSING_CODES.includes(code)) throw error;
    const { what, hint } = whyMissing(code, messageOf(error), machine());
    throw new UnfitError(`ONNX Runtime (onnxruntime-node) ${what}`, {
      hint,
      code: 'engine_missing',
      cause: error,
    });
  }
}

/**
 * What is to be said of a runtime that cannot be loaded: installing it again helps only where it is not.
 * @param on which machine: `darwin x64`, `linux x64 musl`
 */
export function whyMissing(
  code: string,
  message: string,
  on: string,
): { readonly what: string; readonly hint: string } {
  const isFound = code === 'ERR_DLOPEN_FAILED';
  if (message.includes('onnxruntime_binding.node') && !isFound) {
    return { what: `has no build for ${on}`, hint: NOTHING_HELPS };
  }
  if (isFound && on.endsWith(' musl')) {
    return { what: `has no build for ${on} (${message})`, hint: NOTHING_HELPS };
  }
  if (isFound) {
    const hint = 'it needs what that message names; with --engine tfjs it is not looked for';
    return { what: `is installed, but cannot be loaded (${message})`, hint };
  }
  return {
    what: 'is not installed',
    hint: 'to install it: npm install -g --ignore-scripts imgdiag (in a project: npm install --ignore-scripts onnxruntime-node), or use --engine tfjs',
  };
}

const NOTHING_HELPS = 'with --engine tfjs it is not looked for';

/** Linux without glibc, such as Alpine, loads other binaries. */
function machine(): string {
  const { platform, arch } = process;
  if (platform !== 'linux') return `${platform} ${arch}`;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return `${platform} ${arch}${header.glibcVersionRuntime === undefined ? ' musl' : ''}`;
}

async function createSession(
  ort: Runtime,
  bytes: Uint8Array,
  threads: number,
): Promise<InferenceSession> {
  try {
    // It computes what depends on constants only.
    return await whileBlocked(() =>
      ort.InferenceSession.create(bytes, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        logSeverityLevel: LOG_SEVERITY_FATAL,
        extra: WAITING_THREADS_SLEEP,
      }),
    );
  } catch (error) {
    throw new UnfitError(`expected a network that ONNX Runtime can open: ${messageOf(error)}`, {
      hint: 'the file is damaged, or newer than this ONNX Runtime: copy it again, or update imgdiag',
      cause: error,
    });
  }
}

/** Side in pixels of the images that input `image` takes. */
function imageSize(session: InferenceSession): number {
  const image = session.inputMetadata.find(({ name }) => name === 'image');
  const size = image?.isTensor ? image.shape[1] : undefined;
  if (image?.isTensor && image.type === 'uint8' && typeof size === 'number') return size;
  throw new UnfitError('expected a network with a uint8 input named image, found none', {
    hint: 'use a model saved by imgdiag',
  });
}

/** A copy, since the runtime may reuse its own memory. */
function owned(tensor: InferenceSession.OnnxValueMapType[string]): SessionOutput {
  return { shape: tensor.dims, data: (tensor.data as Float32Array).slice() };
}

function runtimeName(ort: Runtime): string {
  return `onnxruntime-node ${ort.env.versions.node ?? ''}`.trim();
}
