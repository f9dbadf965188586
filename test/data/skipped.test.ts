import assert from 'node:assert/strict';
import test from 'node:test';
import { GateError, InputError } from '../../src/base/errors.ts';
import { describeSkipped, foreseenFailures, withReasons } from '../../src/data/skipped.ts';
import { ImageError } from '../../src/images/decode.ts';
import type { FormatId } from '../../src/images/formats.ts';

const HEIC = new ImageError('expected an image, found a HEIC image', { hint: 'convert it' });
const GONE = new ImageError('it is a link that leads nowhere', { hint: 'copy it' });
const failures = (error: ImageError, ...paths: string[]) => paths.map((path) => ({ path, error }));
const tooFew = new InputError('expected at least 3 images, found 1', {
  tooFew: 'cats',
  hint: 'add images',
});

const files = ['a', 'b', 'x', 'y', 'z'].map((path) => {
  return { path, file: path, label: path < 'c' ? 'cats' : 'dogs' };
});

test('when files fail for one reason then count, three names and remedy are given', () => {
  assert.deepEqual(describeSkipped(failures(HEIC, 'a', 'b', 'c', 'd', 'e'), '9 files'), {
    text: 'cannot use 5 of 9 files: expected an image, found a HEIC image (a, b, c and 2 more)',
    hint: 'convert it',
  });
});

test('when files fail for several reasons then the commonest is given with its own count', () => {
  const skipped = [
    ...failures(GONE, 'x'),
    ...failures(HEIC, 'a', 'b'),
    ...failures(GONE, 'y', 'z'),
  ];
  assert.deepEqual(describeSkipped(skipped, '5 files'), {
    text: 'cannot use 5 of 5 files, 3 for one reason: it is a link that leads nowhere (x, y, z)',
    hint: 'copy it',
  });
});

test('when too few images are left then the reason and its remedy come first', () => {
  const error = withReasons(tooFew, failures(HEIC, 'a', 'b'), files);
  assert.ok(error instanceof InputError, String(error));
  assert.equal(
    error.message,
    'cannot use 2 of 5 files: expected an image, found a HEIC image (a, b); expected at least 3 images, found 1',
  );
  assert.equal(error.hint, 'convert it; or add images');
  assert.deepEqual([error.code, error.cause], ['input', tooFew]);
});

test('when the label lacks images for another reason than most then that one is given', () => {
  const skipped = [...failures(GONE, 'x', 'y', 'z'), ...failures(HEIC, 'a', 'b')];
  const { message } = withReasons(tooFew, skipped, files) as InputError;
  assert.match(
    message,
    /^cannot use 2 of 2 files of label cats: .* a HEIC image \(a, b\); expected/,
  );
  const others = withReasons(tooFew, failures(GONE, 'x'), files) as InputError;
  assert.match(others.message, /^cannot use 1 of 5 files: it is a link that leads nowhere \(x\);/);
});

test('when nothing was skipped, or an error is of another kind, then it stays as it is', () => {
  assert.equal(withReasons(tooFew, [], files), tooFew);
  for (const other of [new InputError('x'), new GateError('x'), new Error('x'), 'x']) {
    assert.equal(withReasons(other, failures(HEIC, 'a'), files), other);
  }
});

test('when the first bytes tell that files are no images then that is known before decoding', () => {
  const file = (path: string, format: FormatId, bytes = 9) => {
    return { path, file: path, sha256: '', format, bytes, kind: '8-bit', spare: false } as const;
  };
  const files = [file('a', 'jpeg'), file('b', 'heic'), file('c', 'unknown', 0), file('d', 'lfs')];
  assert.deepEqual(
    foreseenFailures(files).map(({ path, error }) => `${path}: ${error.message}`),
    [
      'b: expected an image, found a HEIC image',
      'c: the file is empty (0 bytes)',
      'd: expected an image, found a Git LFS pointer, not the file that it stands for',
    ],
  );
});
