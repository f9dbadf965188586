import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { expandHome, homeFolder } from '../../src/base/home.ts';
import { withoutHome } from '../helpers/no-home.ts';
import { assertRejects } from '../helpers/rejects.ts';

test('~ and ~/ at the start of a path are the home folder, anything else stays', () => {
  assert.equal(homeFolder(), homedir());
  assert.equal(expandHome('~/a b/c'), path.join(homedir(), 'a b', 'c'));
  assert.equal(expandHome('~'), homedir());
  for (const same of ['~ann/x', './~/x', 'a~/x', '', '-', '~x'])
    assert.equal(expandHome(same), same);
});

test('when the user has no home folder then a path that needs it is refused', async (t) => {
  withoutHome(t);
  assert.equal(homeFolder(), undefined);
  await assertRejects(() => expandHome('~/x'), 2, 'expected a home folder for ~/x, found none');
  assert.equal(expandHome('x'), 'x');
});
