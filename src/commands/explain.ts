// imgdiag classify --explain: writes the image with a heat map of the evidence.

import path from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { Classifier } from '../classify/classifier.ts';
import type { ImageInput } from '../classify/inputs.ts';
import type { Decoder } from '../images/decode.ts';
import type { Place } from '../images/read.ts';
import type { OptionsOf } from '../options/commands.ts';
import type { Terminal } from './terminal.ts';

type Flags = Pick<OptionsOf<'classify'>, 'engine' | 'explain' | 'explain_label'> & {
  readonly images: readonly Place[];
};

/**
 * The inputs, with the one to explain read only once, since standard input cannot be read again.
 * @throws UsageError when the inputs cannot be explained
 */
export function inputsToExplain(
  { images, explain, engine }: Flags,
  inputs: readonly ImageInput[],
): readonly ImageInput[] {
  if (explain === undefined) return inputs;
  const folderOf = (name: string) => path.dirname(path.resolve(name));
  // The files of a folder are below it; one that matches a pattern is where that is.
  const isFile = inputs.length === 1 && folderOf(inputs[0].name) === folderOf(`${images[0]}`);
  if (images.length !== 1 || !isFile) {
    throw new UsageError(
      `expected one image with --explain, found ${images.length > 1 ? images.length : 'a folder'}`,
      { hint: 'run classify once for each image to explain' },
    );
  }
  if (engine === 'tfjs') {
    throw new UsageError(`expected --engine onnx with --explain, found --engine ${engine}`, {
      hint: "leave out --engine: TensorFlow.js does not provide the network's last feature map",
    });
  }
  if (path.resolve(explain) === path.resolve(inputs[0].name)) {
    throw new UsageError(`expected a file other than the image for --explain, found ${explain}`, {
      hint: 'give the path of the PNG to write: --explain OUT.png',
    });
  }
  let bytes: Promise<Uint8Array> | undefined;
  const read = () => {
    bytes ??= inputs[0].read();
    return bytes;
  };
  return [{ name: inputs[0].name, read }];
}

/** Writes the explanation and logs its path. @throws WriteError */
export async function writeExplanation(
  flags: Pick<Flags, 'explain_label'> & { readonly explain: string },
  input: ImageInput,
  classifier: Classifier,
  decoder: Decoder,
  terminal: Terminal,
): Promise<void> {
  const [{ explainImage }, { drawExplanation }, { writeFileAtomic }] = await Promise.all([
    import('../classify/explain.ts'),
    import('../images/draw-heat.ts'),
    import('../base/files.ts'),
  ]);
  const bytes = await input.read();
  const { legend, heat } = await explainImage(bytes, classifier, decoder, flags.explain_label);
  const { preprocessing } = classifier.manifest;
  const png = await drawExplanation({ bytes, decoder, preprocessing }, heat, legend);
  await writeFileAtomic(flags.explain, png, 'owner');
  const kind = /\.png$/i.test(flags.explain) ? '' : ', as a PNG';
  terminal.log(`explanation of ${legend.label} written to ${flags.explain}${kind}`);
}
