import assert from 'node:assert/strict';
import test from 'node:test';
import { encode } from 'bmp-ts';
import { FORMATS, type FormatId, nameDecoders, sniffFormat } from '../../src/images/formats.ts';
import { loadSharp } from '../../src/images/sharp.ts';
import { makeScene } from '../helpers/make-images.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** An ISO media file: `ftyp` with a major brand, a version and compatible brands, then `rest`. */
function isoMedia(brands: readonly string[], rest = ''): Buffer {
  const [major, ...compatible] = brands;
  const box = latin1(`....ftyp${major}\0\0\0\0${compatible.join('')}`);
  box.writeUInt32BE(box.length, 0);
  return Buffer.concat([box, latin1(rest)]);
}

const SAMPLES: [FormatId, string, Uint8Array][] = [
  ['jpeg', 'JFIF', latin1('\xff\xd8\xff\xe0\0\x10JFIF\0')],
  ['jpeg', 'Exif', latin1('\xff\xd8\xff\xe1\0\x10Exif\0')],
  ['png', 'a PNG', latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
  ['gif', 'GIF87a', latin1('GIF87a\x01\0\x01\0')],
  ['gif', 'GIF89a', latin1('GIF89a\x01\0\x01\0')],
  ['webp', 'a WebP', latin1('RIFF\x24\0\0\0WEBPVP8 ')],
  ['tiff', 'little-endian TIFF', latin1('II*\0\x08\0\0\0')],
  ['tiff', 'big-endian TIFF', latin1('MM\0*\0\0\0\x08')],
  ['tiff', 'little-endian BigTIFF', latin1('II+\0\x08\0\0\0')],
  ['tiff', 'big-endian BigTIFF', latin1('MM\0+\0\x08\0\0')],
  ['avif', 'AVIF', isoMedia(['avif', 'mif1', 'miaf'])],
  ['avif', 'an AVIF sequence', isoMedia(['avis', 'msf1'])],
  ['avif', 'AVIF by a compatible brand', isoMedia(['mif1', 'avif'])],
  ['heic', 'HEIC', isoMedia(['heic', 'mif1'])],
  ['heic', 'HEIC by a compatible brand', isoMedia(['mif1', 'heic'])],
  ['heic', 'an HEVC sequence', isoMedia(['hevc', 'msf1'])],
  ['bmp', 'BMP', latin1('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0')],
  ['ico', 'an icon', latin1('\0\0\x01\0\x01\0\x10\x10')],
  ['psd', 'a Photoshop file', latin1('8BPS\0\x01\0\0')],
  ['hdr', 'Radiance', latin1('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n')],
  ['hdr', 'RGBE', latin1('#?RGBE\n')],
  ['jp2', 'JPEG 2000', latin1('\0\0\0\x0cjP  \r\n\x87\n')],
  ['jp2', 'a JPEG 2000 codestream', latin1('\xff\x4f\xff\x51\0\x2f')],
  ['jxl', 'a JPEG XL codestream', latin1('\xff\x0a\xfa\x1f')],
  ['jxl', 'a JPEG XL container', latin1('\0\0\0\x0cJXL \r\n\x87\n')],
  ['pdf', 'PDF', latin1('%PDF-1.7\n')],
  ['zip', 'ZIP', latin1('PK\x03\x04\x14\0')],
  ['svg', 'SVG', latin1('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['svg', 'SVG after a byte order mark', Buffer.from('\ufeff<?xml version="1.0"?>\n<svg/>')],
  ['svg', 'SVG after white space', latin1('\n  <SVG width="1">')],
  ['html', 'a doctype', latin1('<!DOCTYPE html><html><head>')],
  ['html', 'HTML after blanks', latin1('\r\n\t<html lang="en">')],
  ['text', 'text that begins with BM', latin1('BMW, Audi and Volkswagen')],
  [
    'lfs',
    'a Git LFS pointer',
    latin1('version https://git-lfs.github.com/spec/v1\noid sha256:12\n'),
  ],
  ['annex', 'a git-annex pointer', latin1('/annex/objects/SHA256E-s9--1a.jpg\n')],
  ['link', 'a link as text', latin1('../.git/annex/objects/x1/2y/SHA256E-s9--1a.jpg')],
  ['link', 'a link as a line', latin1('../store/Leg 1.PNG\n')],
  ['text', 'a list of paths', latin1('legs/1.jpg\nlegs/2.jpg\n')],
  ['text', 'plain text', latin1('version 1 of https://example.org\n')],
  ['text', 'UTF-8 text', Buffer.from('Röntgenbild, 骨折\n')],
  ['text', 'XML that is no drawing', latin1('<?xml version="1.0"?><note/>')],
  ['unknown', 'zeros', new Uint8Array(600)],
  ['unknown', 'one byte', new Uint8Array([7])],
  ['unknown', 'nothing', new Uint8Array()],
  ['unknown', 'white space', latin1(' \n ')],
  ['unknown', 'a video', isoMedia(['isom', 'mp42'], '\0\0\0\x08mdat')],
  ['unknown', 'sound in RIFF', latin1('RIFF\x24\0\0\0WAVEfmt \x10\0')],
];
for (const [format, what, bytes] of SAMPLES) {
  test(`when the bytes begin like ${what} then the format is ${format}`, () => {
    assert.equal(sniffFormat(bytes), format);
  });
}

test('when a DICOM file has a TIFF header in its preamble then it is DICOM', () => {
  const bytes = Buffer.alloc(200);
  bytes.write('DICM', 128, 'latin1');
  assert.equal(sniffFormat(bytes), 'dicom');
  for (const header of ['II*\0', 'MM\0*', '\x89PNG\r\n\x1a\n', 'BM']) {
    bytes.write(header, 0, 'latin1');
    assert.equal(sniffFormat(bytes), 'dicom', header);
  }
});

test('when a DICOM file has no preamble then its first element tells', () => {
  const explicit = latin1('\x08\0\x05\0CS\x0a\0ISO_IR 100');
  const meta = latin1('\x02\0\0\0UL\x04\0\xc2\0\0\0');
  const implicit = latin1('\x08\0\0\0\x04\0\0\0\x78\x01\0\0');
  for (const bytes of [explicit, meta, implicit]) assert.equal(sniffFormat(bytes), 'dicom');
  // An element number or a length that no first element has.
  assert.equal(sniffFormat(latin1('\x08\0\x05\x04CS\x0a\0ISO_IR 100')), 'unknown');
  assert.equal(sniffFormat(latin1('\x08\0\0\0\xff\xff\xff\0\x78\x01\0\0')), 'unknown');
  assert.equal(sniffFormat(explicit.subarray(0, 11)), 'unknown');
});

test('when a stray byte puts DICOM out of step then its class still tells', () => {
  const element = '\x08\0\x16\0UI\x1a\x001.2.840.10008.5.1.4.1.1.4\0';
  assert.equal(sniffFormat(latin1(` ${element}`)), 'dicom_shifted');
  assert.equal(sniffFormat(latin1('see 1.2.840.10008.5.1.4.1.1.4')), 'text');
});

test('when a brand stands behind the ftyp box then it does not count', () => {
  assert.equal(sniffFormat(isoMedia(['isom'], 'avif')), 'unknown');
});

test('when only part of the magic bytes is there then the format is not claimed', () => {
  for (const [format, what, bytes] of SAMPLES) {
    if (FORMATS[format].decoder === undefined) continue;
    const found = sniffFormat(bytes.subarray(0, 2));
    assert.equal(FORMATS[found].decoder, undefined, what);
  }
});

test('when a view into a larger buffer is given then only its own bytes count', () => {
  const larger = latin1('GIF89a\xff\xd8\xff\xe0\0\x10JFIF\0');
  assert.equal(sniffFormat(larger.subarray(6)), 'jpeg');
  const box = Buffer.concat([latin1('xxx'), isoMedia(['avif'])]);
  assert.equal(sniffFormat(box.subarray(3)), 'avif');
});

test('when a format cannot be read then its name reads as a sentence', () => {
  const rows = Object.values(FORMATS);
  const readable = rows.filter(({ decoder }) => decoder !== undefined).map(({ name }) => name);
  assert.deepEqual(readable, ['JPEG', 'PNG', 'WebP', 'TIFF', 'GIF', 'AVIF', 'BMP']);
  for (const { name, decoder } of rows) {
    if (decoder === undefined) assert.match(name, /^(a |an |text|none)/, name);
  }
});

test('when a header is read then it tells how many pixels there are, also of a file that is cut', async () => {
  const context = { sharp: await loadSharp(), maxPixels: 2000, partial: false, range: null };
  const bmp = encode({ data: Buffer.alloc(4 * 48 * 32), width: 48, height: 32 }).data;
  const files: [FormatId, Buffer][] = [
    ['png', await makeScene(48, 32).png({ compressionLevel: 0 }).toBuffer()],
    ['bmp', bmp],
  ];
  for (const [format, bytes] of files) {
    const decoder = FORMATS[format].decoder;
    for (const part of [bytes, bytes.subarray(0, bytes.length / 2)]) {
      assert.equal(await decoder?.pixels(part, context), 48 * 32, format);
    }
    await assert.rejects(async () => decoder?.pixels(bytes.subarray(0, 20), context), format);
  }
});

test('when decoders are named then each is, once, and what resizes stands first', () => {
  assert.equal(nameDecoders('sharp 1', ['jpeg', 'png', 'text']), 'sharp 1');
  assert.equal(nameDecoders('sharp 1', []), 'sharp 1');
  assert.equal(nameDecoders('sharp 1', ['bmp', 'jpeg', 'bmp']), 'sharp 1, imgdiag-bmp 1');
});
