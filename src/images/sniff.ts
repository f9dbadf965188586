// Tells a file's format from its first bytes; the name and extension do not count.

/** How a format is named in `found ...`, and the command that makes a readable file of it. */
export interface Format {
  readonly name: string;
  readonly readable: boolean;
  readonly hint?: string;
}

const CONVERT = 'convert it first, e.g. with ImageMagick: magick FILE FILE.png';

const FORMATS = {
  jpeg: { name: 'JPEG', readable: true },
  png: { name: 'PNG', readable: true },
  gif: { name: 'GIF', readable: true },
  webp: { name: 'WebP', readable: true },
  tiff: { name: 'TIFF', readable: true },
  avif: { name: 'AVIF', readable: true },
  bmp: { name: 'BMP', readable: true },
  heic: {
    name: 'a HEIC image',
    readable: false,
    hint: 'convert it first: heif-convert FILE FILE.png',
  },
  ico: { name: 'a Windows icon', readable: false, hint: CONVERT },
  psd: { name: 'a Photoshop file', readable: false, hint: CONVERT },
  hdr: { name: 'a Radiance HDR image', readable: false, hint: CONVERT },
  jp2: {
    name: 'a JPEG 2000 image',
    readable: false,
    hint: 'convert it first: opj_decompress -i FILE -o FILE.png',
  },
  jxl: { name: 'a JPEG XL image', readable: false, hint: 'convert it first: djxl FILE FILE.png' },
  svg: {
    name: 'an SVG drawing',
    readable: false,
    hint: 'draw it as pixels first: rsvg-convert FILE -o FILE.png',
  },
  pdf: {
    name: 'a PDF document',
    readable: false,
    hint: 'take the images out first: pdftoppm -png FILE FILE',
  },
  dicom: {
    name: 'a DICOM file',
    readable: false,
    hint: 'convert it first: dcm2img FILE FILE.png (from DCMTK)',
  },
  zip: { name: 'a ZIP archive', readable: false, hint: 'unpack it, then give the images inside' },
  html: {
    name: 'an HTML page',
    readable: false,
    hint: 'the download failed: fetch the image itself again',
  },
  text: {
    name: 'text',
    readable: false,
    hint: 'give an image file: JPEG, PNG, WebP, TIFF, GIF, AVIF or BMP',
  },
  unknown: {
    name: 'none of the known formats',
    readable: false,
    hint: 'give an image file: JPEG, PNG, WebP, TIFF, GIF, AVIF or BMP',
  },
} as const satisfies Record<string, Format>;

export type FormatId = keyof typeof FORMATS;

export function formatOf(id: FormatId): Format {
  return FORMATS[id];
}

/** Bytes enough for every test below. */
const HEAD_BYTES = 512;

const MAGIC: readonly (readonly [FormatId, number, string])[] = [
  // First: the 128 bytes before DICOM's mark are free, and some writers put a TIFF header there.
  ['dicom', 128, 'DICM'],
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['gif', 0, 'GIF87a'],
  ['gif', 0, 'GIF89a'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['tiff', 0, 'II+\0'],
  ['tiff', 0, 'MM\0+'],
  ['psd', 0, '8BPS'],
  ['hdr', 0, '#?RADIANCE'],
  ['hdr', 0, '#?RGBE'],
  ['jp2', 0, '\0\0\0\x0cjP  \r\n\x87\n'],
  ['jp2', 0, '\xff\x4f\xff\x51'],
  ['jxl', 0, '\xff\x0a'],
  ['jxl', 0, '\0\0\0\x0cJXL \r\n\x87\n'],
  ['pdf', 0, '%PDF-'],
  ['zip', 0, 'PK\x03\x04'],
  ['ico', 0, '\0\0\x01\0'],
];

/** ISO base media brands (ISO/IEC 14496-12 `ftyp`); libheif's list for AVIF and HEIC. */
const AVIF_BRANDS = /avif|avis/;
const HEIC_BRANDS = /hei[cxms]|hev[cx]/;

export function sniffFormat(bytes: Uint8Array): FormatId {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const found = MAGIC.find(([, offset, magic]) => head.startsWith(magic, offset));
  if (found) return found[0];
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return 'webp';
  // Two letters are little: the length of the header that follows is below 256.
  if (head.startsWith('BM') && head.startsWith('\0\0\0', 15)) return 'bmp';
  if (head.startsWith('ftyp', 4)) {
    const boxLength = Math.min(bytes.length, Buffer.from(bytes.subarray(0, 4)).readUInt32BE(0));
    const brands = head.slice(8, boxLength);
    if (AVIF_BRANDS.test(brands)) return 'avif';
    if (HEIC_BRANDS.test(brands)) return 'heic';
  }
  if (isDicomWithoutPreamble(bytes) || namesDicomClass(head)) return 'dicom';
  return sniffText(head);
}

/** A data set out of step by a stray byte still names its kind by a UID of DICOM's, near its start. */
function namesDicomClass(head: string): boolean {
  return head.includes('\0') && head.includes('1.2.840.10008.');
}

/** Old DICOM writers left out the preamble: the file starts with a group 0002 or 0008 element. */
function isDicomWithoutPreamble(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false;
  const head = Buffer.from(bytes.subarray(0, 12));
  const group = head.readUInt16LE(0);
  if ((group !== 0x0002 && group !== 0x0008) || head.readUInt16LE(2) > 0x0100) return false;
  const explicitVr = /^[A-Z]{2}$/.test(head.toString('latin1', 4, 6));
  return explicitVr || head.readUInt32LE(4) <= HEAD_BYTES;
}

function sniffText(head: string): FormatId {
  const start = head
    .replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .trimStart()
    .toLowerCase();
  if (start.startsWith('<svg') || (start.startsWith('<?xml') && start.includes('<svg')))
    return 'svg';
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'html';
  return start !== '' && [...head].every(isPrintable) ? 'text' : 'unknown';
}

/** No control characters but tab, line feed, vertical tab, form feed, carriage return, escape. */
function isPrintable(character: string): boolean {
  const code = character.charCodeAt(0);
  return code >= 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0x1b;
}
