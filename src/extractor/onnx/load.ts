// Loads an ONNX network of the user's own: a file, or a folder as Hugging Face's exporters write it.

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../base/errors.ts';
import { examplesOf } from '../../base/examples.ts';
import { shellWord } from '../../base/shell.ts';
import { fromInputRange } from '../../images/preprocessing.ts';
import { type Described, imageSizeOf, specBeside, specOf } from '../described.ts';
import type { Stated, Token } from '../extractor.ts';
import { HUB_GRAPHS } from '../fetch/hub.ts';
import type { EmbeddingChoice, ExtractorFiles } from '../files.ts';
import { readHubRecipe } from '../hugging-face.ts';
import { atEither } from '../import/embedding.ts';
import { type Candidate, type Choice, chooseEmbedding } from './embedding.ts';
import { describePort, imageInputOf } from './image-input.ts';
import { partFor } from './part.ts';
import { readOnnxFile } from './read-file.ts';

/**
 * @param name what the user gave: the file, or its folder
 * @throws UnfitError for what is not supported; UsageError where the user must say more
 */
export async function loadOnnxFile(
  file: string,
  stated: Stated,
  name = file,
): Promise<ExtractorFiles> {
  const { graph, sha256 } = await readOnnxFile(file);
  const image = imageInputOf(graph, file);
  const given = await describedBeside(file);
  const raw = image.type === 'uint8';
  if (raw) requireRaw(file, stated);
  const imageSize = imageSizeOf(file, image.size, given, stated);
  const { token } = stated;
  const embedding = stated.embedding ?? given?.embeddingNode;
  const choice = atEither(stated.imageSize, imageSize, (size) =>
    chooseEmbedding(graph, image, size, { embedding, token }, file),
  );
  const { value: node, shape } = choice.chosen;
  const featureSize = shape[shape.length - 1];
  const recipe = raw ? { ...given, ...fromInputRange(0, 255) } : given;
  const found = { file: name, sha256, imageSize, raw, node, featureSize };
  return {
    spec: { ...specOf(found, recipe, stated), ...(token && { token }) },
    weightsSha256: sha256,
    network: { format: 'onnx', graph: partFor(graph, node), image },
    choice: {
      ...describeChoice(choice, token),
      inputs: graph.inputs.map(describePort),
      outputs: graph.outputs.map(describePort),
    },
  };
}

/** Everything that could be chosen but the one that is, which needs only a reason. */
function describeChoice(
  { chosen, others }: Choice,
  token: Token = 'first',
): Pick<EmbeddingChoice, 'why' | 'others'> {
  const reason = ({ shape, why }: Candidate, which: Token) =>
    shape.length === 1 ? why : `the ${which} of ${shape[0]} tokens, ${why}`;
  const ways = [chosen, ...others].flatMap((one) =>
    TOKENS.slice(0, one.shape.length).map((which) => ({ one, which })),
  );
  return {
    why: reason(chosen, token),
    others: ways
      .filter(({ one, which }) => one !== chosen || which !== token)
      .map(({ one, which }) => ({
        node: one.value,
        ...(which === 'mean' && { token: which }),
        what: `${one.shape[one.shape.length - 1]} features, ${reason(one, which)}`,
      })),
  };
}

const TOKENS = ['first', 'mean'] as const;

/** @throws UnfitError for a folder without a network; UsageError for one with several */
export async function loadOnnxFolder(folder: string, stated: Stated): Promise<ExtractorFiles> {
  const files = await onnxFilesIn(folder);
  const known = HUB_GRAPHS.map((below) => path.join(folder, below));
  const best = known.find((file) => files.includes(file));
  const file = best ?? files[0];
  if (file !== undefined && (best !== undefined || files.length === 1)) {
    return loadOnnxFile(file, stated, folder);
  }
  const found = examplesOf(files.map((one) => path.relative(folder, one)));
  throw new UsageError(`expected one .onnx file in ${folder}, found ${found || 'none'}`, {
    hint: `say which: --extractor ${shellWord(file ?? path.join(folder, 'FILE.onnx'))}`,
  });
}

/** Whether a folder holds a network of this kind. */
export async function hasOnnx(folder: string): Promise<boolean> {
  return (await onnxFilesIn(folder)).length > 0;
}

const SUBFOLDER = 'onnx';
const ONNX = /\.onnx$/i;

/** In the folder, and where Hugging Face's exporters put them. */
async function onnxFilesIn(folder: string): Promise<string[]> {
  const folders = [folder, path.join(folder, SUBFOLDER)];
  const lists = folders.map(async (one) => {
    // One that is not there, or is a file.
    const names = await readdir(one).catch(() => []);
    return names.filter((name) => ONNX.test(name)).map((name) => path.join(one, name));
  });
  return (await Promise.all(lists)).flat().sort();
}

/** extractor.json, or else the recipe of Hugging Face or timm, in the folder of the file or of the export. */
async function describedBeside(file: string): Promise<Described | undefined> {
  const own = path.dirname(path.resolve(file));
  const folders = path.basename(own) === SUBFOLDER ? [own, path.dirname(own)] : [own];
  for (const read of [specBeside, readHubRecipe]) {
    for (const folder of folders) {
      const found = await read(folder);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** @throws UsageError for options that would change nothing */
function requireRaw(file: string, { mean, std }: Stated): void {
  if (mean === undefined && std === undefined) return;
  throw new UsageError(
    `expected no --mean and --std with ${file}, which takes pixel values as they are, found them`,
    { hint: 'leave them out' },
  );
}
