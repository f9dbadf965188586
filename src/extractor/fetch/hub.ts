// Networks on huggingface.co, or a mirror of it: which files there are, and their hashes.
// https://huggingface.co/docs/hub/api

import * as v from 'valibot';
import { UnfitError } from '../../base/errors.ts';
import type { Downloader, RemoteFile } from './download.ts';
import type { HubName } from './hub-name.ts';

/** A file of a repository: its path there, with `/`. */
export interface HubFile extends RemoteFile {
  readonly path: string;
}

export interface HubRevision {
  /** 40 hexadecimal digits: the commit. */
  readonly commit: string;
  /** As its authors state it, or null. */
  readonly licence: string | null;
  /** Recipe and graph, with what belongs to the graph. */
  readonly files: readonly HubFile[];
}

/** Where the graph of an image network is, best first: the vision part of a pair comes before both. */
export const HUB_GRAPHS = ['vision_model', 'model', 'vision_model_fp16', 'model_fp16'].flatMap(
  (stem) => [`onnx/${stem}.onnx`, `${stem}.onnx`],
);
const RECIPES = ['preprocessor_config.json', 'config.json'];

const RevisionSchema = v.object({
  sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  cardData: v.optional(v.nullable(v.object({ license: v.optional(v.unknown()) }))),
});
const TreeSchema = v.array(
  v.object({
    type: v.string(),
    path: v.string(),
    size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
    lfs: v.optional(v.nullable(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }))),
  }),
);

/**
 * Asks the hub which commit a revision is, and which of its files are needed.
 * @param env HF_ENDPOINT, the address of a mirror; HF_TOKEN, sent to that address only
 * @throws UnfitError where it cannot be reached, or has no network that can be used
 */
export async function askHub(
  { repository, revision }: HubName,
  downloader: Downloader,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<HubRevision> {
  const endpoint = (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  const headers: Record<string, string> = env.HF_TOKEN
    ? { authorization: `Bearer ${env.HF_TOKEN}` }
    : {};
  const about = `${endpoint}/api/models/${repository}`;
  const ask = async <S extends v.GenericSchema>(url: string, schema: S) => {
    const result = v.safeParse(schema, await downloader.json(url, headers, signal));
    if (result.success) return result.output;
    throw new UnfitError(`expected the answer of a hub from ${url}: ${result.issues[0].message}`, {
      code: 'fetch_failed',
      hint: 'check HF_ENDPOINT',
    });
  };
  const found = await ask(`${about}/revision/${encodeURIComponent(revision)}`, RevisionSchema);
  const commit = found.sha;
  const tree = await ask(`${about}/tree/${commit}?recursive=true`, TreeSchema);
  const at = new Map(tree.filter(({ type }) => type === 'file').map((file) => [file.path, file]));
  const graph = HUB_GRAPHS.find((path) => at.has(path));
  if (graph === undefined) {
    throw new UnfitError(
      `expected an ONNX network in hf:${repository} (${HUB_GRAPHS[2]}), found none`,
      { hint: 'look for an export of it by onnx-community or Xenova' },
    );
  }
  const data = [...at.keys()].filter((path) => path.startsWith(`${graph}_data`));
  const files = [...RECIPES, graph, ...data].flatMap((path): HubFile[] => {
    const file = at.get(path);
    if (file?.size === undefined) return [];
    const checksum = file.lfs
      ? ({ algorithm: 'sha256', hex: file.lfs.oid } as const)
      : ({ algorithm: 'git', hex: file.oid } as const);
    const url = `${endpoint}/${repository}/resolve/${commit}/${path}`;
    return [{ path, url, size: file.size, checksum, headers }];
  });
  const licence = found.cardData?.license;
  return { commit, licence: typeof licence === 'string' ? licence : null, files };
}
