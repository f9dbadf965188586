// Networks that can be fetched by name: where they are, and what their publishers state of them.

import { fromInputRange, type Normalisation } from '../../images/preprocessing.ts';
import type { Checksum } from './checksum.ts';

/** What is said of a network by its name, whether it is here or not. */
export interface NetworkFacts {
  readonly id: string;
  /** Other spellings, those of retrain.py's `--architecture` among them. */
  readonly aliases: readonly string[];
  readonly imageSize: number;
  readonly featureSize: number;
  /** Multiply-adds of an image, in millions. */
  readonly multiplyAdds: number;
  /** Accuracy on ImageNet as published, in percent; null where none is. */
  readonly top1: number | null;
  readonly licence: string;
  /** What it is good for, in a few words. */
  readonly use: string;
}

/** An archive with a frozen TensorFlow graph, as TensorFlow publishes it. */
export interface ArchiveSource extends NetworkFacts, Normalisation {
  readonly url: string;
  readonly size: number;
  readonly checksum: Checksum;
}

/** A repository of a hub that speaks the API of huggingface.co. */
export interface HubSource extends NetworkFacts {
  /** `hf:ORG/REPO` */
  readonly id: `hf:${string}`;
}

const STORAGE = 'https://storage.googleapis.com';
const MOBILENET_V1 = 'http://download.tensorflow.org/models/mobilenet_v1_2018_08_02';
const common = { ...fromInputRange(-1, 1), licence: 'Apache-2.0' } as const;
const sha256 = (hex: string): Checksum => ({ algorithm: 'sha256', hex });
const sha384 = (hex: string): Checksum => ({ algorithm: 'sha384', hex });

/**
 * Addresses, sizes and checksums: the Open Model Zoo's models/public/NAME/model.yml
 * (https://github.com/openvinotoolkit/open_model_zoo). Accuracy and multiply-adds: TF-Slim's tables
 * (https://github.com/tensorflow/models/tree/master/research/slim).
 */
export const ARCHIVES: readonly ArchiveSource[] = [
  {
    ...common,
    id: 'inception_v3_299',
    aliases: ['inception_v3', 'inception_v3_2016', 'inception'],
    imageSize: 299,
    featureSize: 2048,
    multiplyAdds: 5713,
    top1: 78,
    use: "comparison with retrain.py's own network",
    url: `${STORAGE}/download.tensorflow.org/models/inception_v3_2016_08_28_frozen.pb.tar.gz`,
    size: 88_668_554,
    checksum: sha256('7045b72a954af4dce36346f478610acdccbf149168fa25c78e54e32f0c723d6d'),
  },
  {
    ...common,
    id: 'mobilenet_v1_100_224',
    aliases: ['mobilenet_1.0_224', 'mobilenet_v1_1.0_224'],
    imageSize: 224,
    featureSize: 1024,
    multiplyAdds: 569,
    top1: 70.9,
    use: 'comparison with retrain.py',
    url: `${MOBILENET_V1}/mobilenet_v1_1.0_224.tgz`,
    size: 94_321_559,
    checksum: sha256('2fadeabb9968ec6833bee903900dda6e61b3947200535874ce2fe42a8493abc0'),
  },
  {
    ...common,
    id: 'mobilenet_v1_025_128',
    aliases: ['mobilenet_0.25_128', 'mobilenet_v1_0.25_128'],
    imageSize: 128,
    featureSize: 256,
    multiplyAdds: 14,
    top1: 41.5,
    use: 'the smallest machines',
    url: `${MOBILENET_V1}/mobilenet_v1_0.25_128.tgz`,
    size: 10_800_019,
    checksum: sha256('879ddc3e0857f3611b5cf248e36de2288c7a11ea8c2ed8a8bdded635e6010dfe'),
  },
  {
    ...common,
    id: 'mobilenet_v2_100_224',
    aliases: ['mobilenet_v2_1.0_224'],
    imageSize: 224,
    featureSize: 1280,
    multiplyAdds: 300,
    top1: 71.9,
    use: 'comparison with other tools',
    url: `${STORAGE}/mobilenet_v2/checkpoints/mobilenet_v2_1.0_224.tgz`,
    size: 78_306_834,
    checksum: sha256('318084bc1b63d6d7b854553e09cdf77078b1c0168be27c59a0d44253b5ed49dc'),
  },
  {
    ...common,
    id: 'mobilenet_v2_140_224',
    aliases: ['mobilenet_v2_1.4_224'],
    imageSize: 224,
    featureSize: 1792,
    multiplyAdds: 582,
    top1: 75,
    use: 'comparison with other tools',
    url: `${STORAGE}/mobilenet_v2/checkpoints/mobilenet_v2_1.4_224.tgz`,
    size: 135_977_516,
    checksum: sha384(
      'fd257f73e8ee5280328903afa6bbd646dcf4e8ae7c090e3424cf05d973c0940fe02ee220a3a5a20ea51cb9caacbf4961',
    ),
  },
];

export const HUB_SOURCES: readonly HubSource[] = [
  {
    id: 'hf:onnx-community/dinov2-with-registers-small',
    aliases: [],
    imageSize: 224,
    featureSize: 384,
    multiplyAdds: 5600,
    top1: null,
    use: 'features learnt without labels',
    licence: 'Apache-2.0',
  },
  {
    id: 'hf:Xenova/clip-vit-base-patch32',
    aliases: [],
    imageSize: 224,
    featureSize: 512,
    multiplyAdds: 4400,
    top1: null,
    use: 'features learnt from captions',
    licence: 'MIT',
  },
];

/** The name by which `extractor fetch` knows a network; undefined for any other name. */
export function fetchableName(name: string): string | undefined {
  return name.startsWith('hf:') ? name : findArchive(name)?.id;
}

export function findArchive(name: string): ArchiveSource | undefined {
  return ARCHIVES.find(({ id, aliases }) => id === name || aliases.includes(name));
}
