import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { type Disk, isWithin } from '../../src/base/within.ts';
import { makeFolder } from '../helpers/make-folder.ts';

test('when a place is in a folder by another name then it is within, whether or not it exists', (t) => {
  const folder = makeFolder(t, { 'm/deep/': '', 'other/': '' });
  const at = (name: string) => path.join(folder, name);
  symlinkSync('m', at('link'));
  symlinkSync('m/deep', at('inside'));
  symlinkSync('.', at('here'));
  for (const place of [
    'm',
    'm/x',
    'link',
    'link/r/p',
    'inside',
    'inside/r',
    'here/m/r',
    'm/../m/r',
  ]) {
    assert.ok(isWithin(at('m'), at(place)), place);
    assert.ok(isWithin(at('link'), at(place)), place);
  }
  for (const place of ['other', 'm2', 'm_report', 'M', 'link2/r', 'here/r', 'm/../r', '.', '..m']) {
    if (place === 'M' && process.platform !== 'linux') continue;
    assert.ok(!isWithin(at('m'), at(place)), place);
  }
  assert.ok(isWithin(at('new'), at('here/new/r')), 'neither exists');
  mkdirSync(at('new'));
  assert.ok(isWithin(at('here/new'), at('new/r')), 'the folder exists by now');
});

/** A disk with these folders, which finds each by its name in either case, or does not. */
function disk(folders: readonly string[], ignoresCase: boolean, names: Disk['path']): Disk {
  const fold = (place: string) => (ignoresCase ? place.toLowerCase() : place);
  const find = (place: string) => folders.find((one) => fold(one) === fold(place));
  // As macOS does: the real path of what is given in another case is not changed.
  return { path: names, real: (place) => find(place) && place, idOf: find };
}

test('when a disk ignores case then so do places, whether or not the folder exists', () => {
  const windows = ['C:\\', 'C:\\data', 'C:\\data\\m'];
  const posix = ['/', '/data', '/data/m'];
  for (const [all, names, join] of [
    [windows, path.win32, (...parts: string[]) => path.win32.join('C:\\', ...parts)],
    [posix, path.posix, (...parts: string[]) => path.posix.join('/', ...parts)],
  ] as const) {
    for (const folders of [all, all.slice(0, -1)]) {
      for (const ignores of [true, false]) {
        const on = disk(folders, ignores, names);
        assert.ok(isWithin(join('data', 'm'), join('data', 'm', 'r'), on), 'the same spelling');
        // path.win32 itself ignores case.
        const folded = ignores || names === path.win32;
        assert.equal(isWithin(join('data', 'm'), join('data', 'M', 'r'), on), folded);
        assert.equal(isWithin(join('data', 'm'), join('data', 'M_report'), on), false);
        assert.equal(isWithin(join('data', 'm'), join('data'), on), false);
      }
    }
  }
  const composedOrNot = disk(posix, true, path.posix);
  assert.ok(isWithin('/data/M\u00fc', '/data/mu\u0308/r', composedOrNot), 'two Unicode forms');
  assert.ok(!isWithin('D:\\m', 'C:\\m\\r', disk(windows, true, path.win32)), 'another drive');
});
