// The file formats, one row each: how to recognise it, and what decodes it. A new format is a row.

import { AVIF, BMP, type FormatDecoder, PNG, type Samples, SHARP, TIFF } from './decoders.ts';

export interface Format {
  /** As in `the JPEG data ...`; for an unsupported format as in `found a HEIC image`. */
  readonly name: string;
  /** @param head the first bytes as Latin-1; the file's extension is ignored */
  sniff(head: string): boolean;
  /** Undefined for an unsupported format. */
  readonly decoder?: FormatDecoder;
  /** How to convert it; default: give an image file. */
  readonly hint?: string;
}

const DICOM = {
  name: 'a DICOM file',
  hint: 'convert it first: dcm2img FILE FILE.png (from DCMTK)',
};
const CONVERT = 'convert it first, e.g. with ImageMagick: magick FILE FILE.png';

/** The first row whose test succeeds is the format. */
const ROWS = {
  // First, because the 128 bytes before DICOM's magic number are free and may hold a TIFF header.
  dicom: { ...DICOM, sniff: isDicom },
  jpeg: { name: 'JPEG', sniff: begins('\xff\xd8\xff'), decoder: SHARP },
  png: { name: 'PNG', sniff: begins('\x89PNG\r\n\x1a\n'), decoder: PNG },
  webp: {
    name: 'WebP',
    sniff: (head) => head.startsWith('RIFF') && head.startsWith('WEBP', 8),
    decoder: SHARP,
  },
  tiff: { name: 'TIFF', sniff: begins('II*\0', 'MM\0*', 'II+\0', 'MM\0+'), decoder: TIFF },
  gif: { name: 'GIF', sniff: begins('GIF87a', 'GIF89a'), decoder: SHARP },
  avif: { name: 'AVIF', sniff: hasBrand(/avif|avis/), decoder: AVIF },
  bmp: { name: 'BMP', sniff: isBmp, decoder: BMP },
  heic: {
    name: 'a HEIC image',
    sniff: hasBrand(/hei[cxms]|hev[cx]/),
    hint: 'convert it first: heif-convert FILE FILE.png',
  },
  psd: { name: 'a Photoshop file', sniff: begins('8BPS'), hint: CONVERT },
  hdr: { name: 'a Radiance HDR image', sniff: begins('#?RADIANCE', '#?RGBE'), hint: CONVERT },
  jp2: {
    name: 'a JPEG 2000 image',
    sniff: begins('\0\0\0\x0cjP  \r\n\x87\n', '\xff\x4f\xff\x51'),
    hint: 'convert it first: opj_decompress -i FILE -o FILE.png',
  },
  jxl: {
    name: 'a JPEG XL image',
    sniff: begins('\xff\x0a', '\0\0\0\x0cJXL \r\n\x87\n'),
    hint: 'convert it first: djxl FILE FILE.png',
  },
  pdf: {
    name: 'a PDF document',
    sniff: begins('%PDF-'),
    hint: 'extract the images first: pdftoppm -png FILE FILE',
  },
  zip: {
    name: 'a ZIP archive',
    sniff: begins('PK\x03\x04'),
    hint: 'unpack it and give the images inside',
  },
  ico: { name: 'a Windows icon', sniff: begins('\0\0\x01\0'), hint: CONVERT },
  dicom_shifted: { ...DICOM, sniff: isShiftedDicom },
  svg: {
    name: 'an SVG drawing',
    sniff: isSvg,
    hint: 'convert it to pixels first: rsvg-convert FILE -o FILE.png',
  },
  html: {
    name: 'an HTML page',
    sniff: (head) => begins('<!doctype html', '<html')(startOf(head)),
    hint: 'the download seems to have failed; download the file itself',
  },
  lfs: {
    name: 'a Git LFS pointer, not the file that it stands for',
    sniff: begins('version https://git-lfs.github.com/spec/'),
    hint: 'fetch the files that the pointers stand for: git lfs install, then git lfs pull',
  },
  annex: {
    name: 'a git-annex pointer, not the file that it stands for',
    sniff: begins('/annex/objects/'),
    hint: 'fetch the files that the pointers stand for: git annex get .',
  },
  link: {
    name: 'a link as text, not the file that it leads to',
    sniff: (head) =>
      /^[^\0\r\n]*\/[^\0\r\n]*\.(?:jpe?g|png|tiff?|bmp|gif|webp|avif)\n?$/i.test(head),
    hint: 'copy or fetch the files themselves; in a git checkout set core.symlinks to true first',
  },
  text: { name: 'text', sniff: isText },
  unknown: { name: 'an unknown format', sniff: () => true },
} satisfies Record<string, Format>;

export type FormatId = keyof typeof ROWS;

export const FORMATS: Readonly<Record<FormatId, Format>> = ROWS;

/** As many bytes as the tests in the table need. */
const HEAD_BYTES = 512;

export function sniffFormat(bytes: Uint8Array): FormatId {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const ids = Object.keys(FORMATS) as FormatId[];
  return ids.find((id) => FORMATS[id].sniff(head)) ?? 'unknown';
}

const STAND_INS: readonly FormatId[] = ['lfs', 'annex', 'html'];

/** What stands in the place of a file of any kind, and how to get the file; undefined for none. */
export function standInOf(bytes: Uint8Array): Pick<Format, 'name' | 'hint'> | undefined {
  const format = sniffFormat(bytes);
  return STAND_INS.includes(format) ? FORMATS[format] : undefined;
}

/** What the header of a file of this format says of its values. */
export function samplesOf(bytes: Uint8Array, format: FormatId): Samples {
  return FORMATS[format].decoder?.samples?.(bytes) ?? { kind: '8-bit', spare: false };
}

/**
 * Names the decoders of these formats and the resizer of all of them, for the manifest.
 * @param resizer `sharp 0.35.5, libvips 8.18.7`
 */
export function nameDecoders(resizer: string, formats: readonly FormatId[]): string {
  const own = formats.flatMap((format) => FORMATS[format].decoder?.version ?? []);
  return [resizer, ...new Set(own.sort())].join(', ');
}

function begins(...magics: readonly string[]) {
  return (head: string) => magics.some((magic) => head.startsWith(magic));
}

/** ISO base media with one of these brands (ISO/IEC 14496-12 `ftyp`; libheif's lists). */
function hasBrand(brands: RegExp) {
  return (head: string) =>
    head.startsWith('ftyp', 4) &&
    brands.test(head.slice(8, Buffer.from(head, 'latin1').readUInt32BE(0)));
}

/** Two letters are a weak test, so the header length that follows must be below 256. */
function isBmp(head: string): boolean {
  return head.startsWith('BM') && head.startsWith('\0\0\0', 15);
}

/** Also files of old writers without preamble, which start with an element of group 0002 or 0008. */
function isDicom(head: string): boolean {
  if (head.startsWith('DICM', 128)) return true;
  if (head.length < 12) return false;
  const first = Buffer.from(head, 'latin1');
  const group = first.readUInt16LE(0);
  if ((group !== 0x0002 && group !== 0x0008) || first.readUInt16LE(2) > 0x0100) return false;
  const explicitVr = /^[A-Z]{2}$/.test(head.slice(4, 6));
  return explicitVr || first.readUInt32LE(4) <= HEAD_BYTES;
}

/** A DICOM data set shifted by a stray byte still has a DICOM UID near its start. */
function isShiftedDicom(head: string): boolean {
  return head.includes('\0') && head.includes('1.2.840.10008.');
}

function isSvg(head: string): boolean {
  const start = startOf(head);
  return start.startsWith('<svg') || (start.startsWith('<?xml') && start.includes('<svg'));
}

/** No control characters except tab, line feed, vertical tab, form feed, carriage return, escape. */
function isText(head: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return startOf(head) !== '' && !/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(head);
}

/** Without byte order mark and leading white space, in lower case. */
function startOf(head: string): string {
  return head
    .replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .trimStart()
    .toLowerCase();
}
