// What the samples of a TIFF file are, and which of them are shown.

import type { StoredKind } from './stored-values.ts';
import type { TiffLayout } from './tiff-layout.ts';

/** Photometric interpretations. */
export const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const RGB = 2;
const PALETTE = 3;
/** Sample formats; above `UNDEFINED` are complex numbers. */
export const SIGNED = 2;
export const FLOAT = 3;
const UNDEFINED = 4;
/** Extra samples. */
const PREMULTIPLIED = 1;
const ALPHA = 2;

export interface TiffSamples {
  readonly kind: StoredKind;
  /** In words: `signed 16-bit whole numbers`. */
  readonly what: string;
  /**
   * How to read them: `libvips` reads them as they are meant; `values` reads them one by one, to be
   * mapped to grey levels; `none`: there is no telling what they look like.
   */
  readonly reader: 'libvips' | 'values' | 'none';
  /** Bands shown: grey, or red, green and blue. */
  readonly colours: readonly number[];
  readonly alpha: number | undefined;
  readonly premultiplied: boolean;
  /** There are more bands than grey or RGB, which are not said to be alpha. */
  readonly spare: boolean;
}

export function tiffSamples(layout: TiffLayout): TiffSamples {
  const { photometric, bands, bits, extra, planar, tile } = layout;
  const type = typeOf(layout);
  const isGreyOrRgb = [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB].includes(photometric);
  const usual = photometric === RGB ? 3 : 1;
  const at = extra.findIndex((meaning) => meaning === PREMULTIPLIED || meaning === ALPHA);
  const alpha = isGreyOrRgb && at >= 0 && usual + at < bands ? usual + at : undefined;
  const others = Array.from({ length: bands }, (_, band) => band).filter((band) => band !== alpha);
  const bandsShown = {
    colours: others.slice(0, others.length < 3 ? 1 : 3),
    alpha,
    premultiplied: alpha !== undefined && extra[at] === PREMULTIPLIED,
    spare: isGreyOrRgb && others.length !== usual,
  };
  if (!type.supported) return { ...type, ...bandsShown, reader: 'none' };
  if (isGreyOrRgb) {
    // libvips mixes up planes of grey and alpha, and does not read planes in tiles.
    const inPlanes = planar && (alpha !== undefined || tile !== undefined);
    const unusual = bits[0] === 8 && (bandsShown.spare || inPlanes);
    const asTheyAre = type.kind === '8-bit' && !unusual;
    return { ...type, ...bandsShown, reader: asTheyAre ? 'libvips' : 'values' };
  }
  // Inks and the like stay as they are.
  const whole = type.kind === '8-bit' || (type.kind === '16-bit' && photometric !== PALETTE);
  if (whole) return { ...type, ...bandsShown, kind: '8-bit', reader: 'libvips' };
  const what = `${type.what} that are neither grey nor RGB`;
  return { ...type, ...bandsShown, what, reader: 'none' };
}

function typeOf({ bits: [bits, ...otherBits], formats: [format, ...otherFormats] }: TiffLayout): {
  kind: StoredKind;
  what: string;
  supported: boolean;
} {
  const unlike =
    otherBits.some((one) => one !== bits) || otherFormats.some((one) => one !== format);
  if (unlike) return { kind: 'whole', what: 'samples of different types', supported: false };
  if (format > UNDEFINED) return { kind: 'whole', what: 'complex numbers', supported: false };
  if (format === FLOAT) {
    const what = `${bits}-bit floating-point numbers`;
    return { kind: 'float', what, supported: [16, 32, 64].includes(bits) };
  }
  const signed = format === SIGNED;
  if (!signed && [1, 2, 4, 8].includes(bits)) {
    return { kind: '8-bit', what: `samples of ${bits} bits`, supported: true };
  }
  const supported = [8, 16, 32, 64].includes(bits);
  const packed = bits < 16 && !supported ? 'packed ' : '';
  const what = `${packed}${signed ? 'signed ' : ''}${bits}-bit whole numbers`;
  return { kind: !signed && bits === 16 ? '16-bit' : 'whole', what, supported };
}
