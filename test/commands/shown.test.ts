// What reaches a terminal of names that hold characters which act instead of being seen.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { parse } from 'csv-parse/sync';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, retrainQuickly } from '../helpers/run-cli.ts';

const POSIX = process.platform === 'win32' ? 'needs a POSIX file system' : false;
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}]/u;
/** Sets a terminal's title, erases what it shows, and turns the text that follows. */
const NAME = 'a\x1b]0;pwned\x07\n\x9b2J\u202e.jpg';
const SHOWN = 'a\\x1b]0;pwned\\x07\\n\\x9b2J\\u202e.jpg';
const LABEL = 'broken\u202egel';

test('nothing hidden reaches a terminal, and programs get names exactly', {
  skip: POSIX,
}, async (t) => {
  const cwd = makeFolder(t, { 'in/': '' });
  cpSync(LEG005, path.join(cwd, 'in', NAME));
  cpSync(LEG005, path.join(cwd, 'in', 'b.jpg'));
  cpSync(HEALTHDIAG, path.join(cwd, 'd'), { recursive: true });
  renameSync(path.join(cwd, 'd', 'brokenleg'), path.join(cwd, 'd', LABEL));
  const [first] = readdirSync(path.join(cwd, 'd', LABEL));
  renameSync(path.join(cwd, 'd', LABEL, first), path.join(cwd, 'd', LABEL, NAME));
  const model = path.join(cwd, 'm');
  const trained = await retrainQuickly('--image_dir', path.join(cwd, 'd'), '--model_dir', model);
  assert.equal(trained.code, 0, trained.stderr);
  assert.doesNotMatch(trained.stdout + trained.stderr, HIDDEN);
  const asked = ['classify', '--model_dir', 'm', 'in'];
  const commands = [
    asked,
    [...asked, '--csv'],
    [...asked, '--json'],
    ['manifest', '--image_dir', 'd'],
    ['info', 'm'],
    ['info', 'm', '--json'],
  ];
  for (const words of commands) {
    const { code, stdout, stderr } = await imgdiag(words, { cwd, onTerminal: true });
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout + stderr, HIDDEN, words.join(' '));
    if (!words.includes('--json')) continue;
    const piped = await imgdiag(words, { cwd });
    assert.equal(piped.stdout, stdout, 'JSON is the same for both');
    assert.match(stdout, /broken\\u202egel/);
  }
  const onTerminal = await imgdiag([...asked, '--csv'], { cwd, onTerminal: true });
  assert.ok(onTerminal.stdout.includes(`"in/${SHOWN}"`), onTerminal.stdout);
  const piped = await imgdiag([...asked, '--csv'], { cwd });
  assert.equal((parse(piped.stdout) as string[][])[1][0], `in/${NAME}`);
  const json = await imgdiag([...asked, '--json'], { cwd });
  assert.equal((JSON.parse(json.stdout) as { file: string }[])[0].file, `in/${NAME}`);
  const table = await imgdiag(['manifest', '--image_dir', 'd'], { cwd });
  assert.ok(table.stdout.includes(`"${LABEL}/${NAME}"`), 'the exact name');
});

test('stack traces of --debug show none either', async () => {
  const { stderr } = await imgdiag([
    'classify',
    '--debug',
    'no\x1b]0;pwned\x07\u202e.jpg',
    '--model_dir',
    'no\x9b',
  ]);
  assert.match(stderr, /\n {4}at /);
  assert.doesNotMatch(stderr, HIDDEN);
});
