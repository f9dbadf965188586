// The networks that --extractor auto compares.

import { UsageError } from '../base/errors.ts';
import { CATALOG, DEFAULT_EXTRACTOR } from './catalog.ts';

/** In place of a name: the cheapest network of those included that is about as good as the best. */
export const AUTO = 'auto';

/** A larger input is worth its time on some data: docs/extractors.md. */
const ALSO_AT: Readonly<Record<string, number>> = { efficientnet_lite0_224: 320 };

export interface AutoCandidate {
  /** As `--extractor` takes it. */
  readonly extractor: string;
  /** In pixels. */
  readonly image_size: number;
  /** For one image of that size. */
  readonly multiplyAdds: number;
}

/**
 * Every embedded network at its own size, and some at a larger one; the cheapest first.
 * @param size where one is given, each is compared at that size only
 */
export function autoCandidates(size: number | undefined): AutoCandidate[] {
  const candidates = CATALOG.flatMap(({ spec, multiplyAdds }) => {
    const also = size === undefined ? ALSO_AT[spec.id] : undefined;
    return (also === undefined ? [size] : [size, also]).map((image_size = spec.imageSize) => {
      // Almost all are in convolutions, and in proportion to the pixels.
      const scale = (image_size / spec.imageSize) ** 2;
      return {
        extractor: spec.id,
        image_size,
        multiplyAdds: Math.round(1e6 * multiplyAdds * scale),
      };
    });
  });
  return candidates.sort((a, b) => a.multiplyAdds - b.multiplyAdds);
}

/** @throws UsageError where a single network is needed */
export function requireOneNetwork(extractor: string): void {
  if (extractor !== AUTO) return;
  throw new UsageError('expected --extractor to name one network, found auto', {
    hint: `only retrain compares networks: --extractor ${DEFAULT_EXTRACTOR}`,
  });
}
