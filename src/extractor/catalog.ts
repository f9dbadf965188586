// Catalogue of feature extractors known by name, with the location of their files.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnfitError, UsageError } from '../base/errors.ts';
import { fromInputRange } from '../images/preprocessing.ts';
import type { TfjsFiles } from '../network/tfjs/graph.ts';
import type { ExtractorSpec, Stated } from './extractor.ts';
import { ARCHIVES, fetchableName, type NetworkFacts } from './fetch/sources.ts';
import type { ExtractorFiles } from './files.ts';

interface CatalogEntry extends Pick<NetworkFacts, 'aliases' | 'multiplyAdds' | 'top1' | 'use'> {
  readonly spec: ExtractorSpec;
  /** SHA-256 of each file, model.json first. */
  readonly sha256: readonly string[];
  /** Of its files, in bytes. */
  readonly size: number;
}

/** At the package root: two folders up from src/extractor and from dist/extractor. */
const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));

export const DEFAULT_EXTRACTOR = 'efficientnet_lite0_224';

/** Extractors whose weights are part of the package, in models/<id>. */
export const CATALOG: readonly CatalogEntry[] = [
  {
    spec: efficientNetLite(DEFAULT_EXTRACTOR, 224),
    aliases: ['efficientnet_lite0'],
    multiplyAdds: 407,
    top1: 75.1,
    use: 'most images: photographs, X-rays, drawings',
    size: 6_792_296,
    sha256: [
      'cbd4339954b49d4448142d72c8b3c73ec4672f49435e3a30534490f9358f01ac',
      '86d6046be8d8f685852d9da2a2e6aa55c9a77a82f34cd4b99f70e19e2d0cb257',
    ],
  },
  {
    spec: {
      id: 'mobilenet_v1_025_224',
      imageSize: 224,
      // The graph itself maps [0, 1] to [-1, 1], in its hub_input nodes.
      mean: [0, 0, 0],
      std: [1, 1, 1],
      embeddingNode: 'module_apply_default/MobilenetV1/Logits/global_pool',
      featureSize: 256,
      licence: 'Apache-2.0',
      source: 'https://tfhub.dev/google/imagenet/mobilenet_v1_025_224/classification/1',
    },
    aliases: ['mobilenet_0.25_224', 'mobilenet_v1_0.25_224'],
    multiplyAdds: 41,
    top1: 49.8,
    use: 'speed: first tries, many images, small machines',
    size: 1_920_416,
    sha256: [
      '47f5e8050af0f25290aa67b5afd34e4dccac2d6a626ebbf0a7bf4333fdf679d0',
      '07d87e1886a625748d4732ac2dcce0a7d5591a3d5ab881c4a3d6ea0b950f4e42',
    ],
  },
  {
    spec: efficientNetLite('efficientnet_lite2_260', 260),
    aliases: ['efficientnet_lite2'],
    multiplyAdds: 899,
    top1: 77.6,
    use: 'the last percent on photographs, at twice the time',
    size: 9_687_953,
    sha256: [
      'adedffcce8f2d58a2021882de2435d56ac10ed764d64e5c5ff1ee435d423ce6f',
      '4186439bba7a236d8b312926651d3c7436d8f8ec78f5d3d503776003d2f1ebbc',
    ],
  },
];

function efficientNetLite(id: string, imageSize: number): ExtractorSpec {
  return {
    id,
    imageSize,
    // A pixel becomes (pixel - 127) / 128.
    ...fromInputRange(-127 / 128, 1),
    embeddingNode: 'pool',
    featureSize: 1280,
    licence: 'Apache-2.0',
    source: 'https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite',
  };
}

/**
 * Reads an extractor by catalogue name or path; the catalogue takes precedence.
 * @param nameOrPath a name, or what `loadPath` reads
 * @throws UsageError for an unknown name
 * @throws UnfitError for a known name whose weights are not included, or for damaged files
 */
export async function loadExtractorFiles(
  nameOrPath: string,
  stated: Stated = {},
): Promise<ExtractorFiles> {
  const files = await loadAny(nameOrPath, stated);
  if (stated.token === undefined || files.network.format === 'onnx') return files;
  throw new UsageError(`expected an ONNX network with --token, found ${nameOrPath}`, {
    hint: 'leave --token out: only transformers have tokens, and those are given as ONNX networks',
  });
}

async function loadAny(nameOrPath: string, stated: Stated): Promise<ExtractorFiles> {
  const named = await loadNamed(nameOrPath, stated);
  if (named !== undefined) return named;
  if (/^https?:/i.test(nameOrPath)) throw urlRefused(nameOrPath);
  const { isPath, loadPath } = await import('./load-path.ts');
  if (fetchableName(nameOrPath) === undefined && (await isPath(nameOrPath))) {
    return loadPath(nameOrPath, stated);
  }
  throw await unknownName(nameOrPath);
}

/** An embedded or fetched network; undefined for any other name, and for a path. @throws as above */
async function loadNamed(name: string, stated: Stated): Promise<ExtractorFiles | undefined> {
  const entry = findEntry(name);
  if (entry !== undefined) return loadEntry(entry, stated);
  const { findFetched, idOfFetched } = await import('./fetch/stored.ts');
  const fetched = await findFetched(name);
  if (fetched === undefined) return undefined;
  const { loadPath } = await import('./load-path.ts');
  const files = await loadPath(fetched.path, stated);
  const licence = fetched.licence ?? files.spec.licence;
  return { ...files, spec: { ...files.spec, id: idOfFetched(fetched), licence } };
}

/** Whether `name` is that of an extractor whose weights are part of the package. */
export function isEmbedded(name: string): boolean {
  return findEntry(name) !== undefined;
}

/** The extractor of a saved model: its `id` is never a path, whoever made the model. @throws UnfitError */
export async function loadNamedBy(id: string, stated: Stated): Promise<ExtractorFiles> {
  const named = await loadNamed(id, stated);
  if (named !== undefined) return named;
  throw new UnfitError(
    `expected a model whose extractor is included in imgdiag or was fetched, found one with ${id}`,
    { hint: 'give its extractor as --extractor PATH, or use --engine onnx' },
  );
}

function findEntry(name: string): CatalogEntry | undefined {
  return CATALOG.find(({ spec, aliases }) => spec.id === name || aliases.includes(name));
}

async function loadEntry({ spec, sha256 }: CatalogEntry, stated: Stated): Promise<ExtractorFiles> {
  const { loadTfjsFolder } = await import('./tfjs-folder.ts');
  const folder = path.join(MODELS, spec.id);
  const files = await loadTfjsFolder(folder, stated, spec);
  await requireSums(folder, files.network, sha256);
  return files;
}

/** @throws UnfitError when the hash of a file is not that of the catalogue. */
export async function requireSums(
  folder: string,
  { topology, shards }: TfjsFiles,
  expected: readonly string[],
): Promise<void> {
  const { sha256 } = await import('../base/hash.ts');
  const found = [topology, ...shards].map((bytes) => sha256(bytes));
  if (found.join() === expected.join()) return;
  const at = expected.findIndex((sum, index) => sum !== found[index]);
  throw new UnfitError(
    `expected file ${at + 1} of ${folder} to have sha256 ${expected[at]}, found ${found[at]}`,
    { hint: 'reinstall imgdiag: the weights were modified or damaged', code: 'weights_damaged' },
  );
}

async function unknownName(name: string): Promise<Error> {
  const fetchable = fetchableName(name);
  if (fetchable !== undefined) {
    return new UnfitError(`expected the network ${fetchable}, which has not been fetched yet`, {
      hint: `to fetch it: imgdiag extractor fetch ${fetchable} (or add --allow_fetch)`,
      code: 'weights_missing',
    });
  }
  const { isKnownElsewhere, nearestName } = await import('./extractor-names.ts');
  if (isKnownElsewhere(name)) {
    return new UnfitError(
      `expected a network that is included in imgdiag or can be fetched by name, found ${name}`,
      {
        hint: 'give its file: --extractor PATH (docs/extractors.md says which kinds can be used)',
        code: 'weights_missing',
      },
    );
  }
  const names = [
    ...CATALOG.flatMap(({ spec, aliases }) => [spec.id, ...aliases]),
    ...ARCHIVES.flatMap(({ id, aliases }) => [id, ...aliases]),
  ];
  const near = nearestName(name, names);
  const remedy = near === undefined ? `use ${DEFAULT_EXTRACTOR}` : `did you mean ${near}?`;
  return new UsageError(`expected --extractor to be a known name or a path, found ${name}`, {
    hint: remedy,
  });
}

function urlRefused(url: string): Error {
  return new UsageError(`expected the name or folder of an extractor, found the address ${url}`, {
    hint: 'download the network, and use --extractor PATH',
  });
}
