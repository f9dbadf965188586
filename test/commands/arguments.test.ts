import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Command } from 'commander';
import { UsageError } from '../../src/base/errors.ts';
import type { Message } from '../../src/base/messages.ts';
import { addCommand, normaliseArguments } from '../../src/commands/arguments.ts';
import type { CommandName } from '../../src/options/commands.ts';
import { makeFolder } from '../helpers/make-folder.ts';

/** What the action of a command is given for a command line, and what is said of it. */
async function parse(line: string): Promise<{ given: unknown; notes: readonly Message[] }> {
  let given: unknown;
  let notes: readonly Message[] = [];
  const program = new Command('imgdiag').exitOverride();
  for (const name of ['retrain', 'classify', 'info', 'cache', 'cache prune'] as CommandName[]) {
    addCommand(program, name, async (found, said) => {
      given = found;
      notes = said;
    });
  }
  await program.parseAsync(normaliseArguments(line.split(' ')), { from: 'user' });
  return { given, notes };
}

const givenFor = async (line: string) => (await parse(line)).given;

test('what was given, and nothing else, reaches the command with the type of its row', async () => {
  assert.deepEqual(
    await givenFor('retrain --steps +5 --l2 1e-3 --min a=1 --force --min b=2 --seed=7'),
    { steps: 5, l2: 0.001, min: ['a=1', 'b=2'], force: true, seed: 7 },
  );
  assert.deepEqual(await givenFor('retrain --engine auto'), { engine: 'auto' });
  assert.deepEqual(await givenFor('cache prune --older_than 9d'), { older_than: '9d' });
});

test('arguments without a flag have the name of their row', async () => {
  assert.deepEqual(await givenFor('classify a.jpg b.jpg --top_k 2'), {
    images: ['a.jpg', 'b.jpg'],
    top_k: 2,
  });
  assert.deepEqual(await givenFor('info legs'), { model_dir: 'legs' });
});

test('what is no number stays a word for the check to name', async () => {
  for (const word of ['abc', '5.0', '1e3', '0x10', '99999999999999999999.5']) {
    assert.deepEqual(await givenFor(`retrain --steps ${word}`), { steps: word });
  }
  assert.deepEqual(await givenFor('retrain --l2 much --seed='), { l2: 'much', seed: '' });
});

test("hyphens and retrain.py's names are understood, values and what follows -- are left alone", () => {
  const words = '--image-dir x --how-many-training-steps=5 --no_pictures -- --tfhub_module';
  assert.deepEqual(
    normaliseArguments(words.split(' ')),
    '--image_dir x --steps=5 --no_images -- --tfhub_module'.split(' '),
  );
  assert.deepEqual(normaliseArguments(['--group_by=--a-b', '--constructor']), [
    '--group_by=--a-b',
    '--constructor',
  ]);
});

test('when an option is given twice, then the last value counts and a warning names both', async () => {
  const { given, notes } = await parse('retrain --steps 5 --how-many-training-steps=6 --seed 1');
  assert.deepEqual(given, { steps: 6, seed: 1 });
  assert.deepEqual(notes, [['warning', '--steps is given twice: 6 is used, not 5']]);
  const same =
    'retrain --steps 5 --steps 5 --force --force --min a=1 --min b=1 --image_dir x --image_dir x/';
  assert.deepEqual((await parse(same)).notes, []);
});

test('when images, table or model are given twice with different values, then neither is taken', async () => {
  for (const [command, name] of [
    ['retrain', 'image_dir'],
    ['retrain', 'manifest'],
    ['retrain', 'model_dir'],
    ['classify', 'model_dir'],
  ]) {
    await assert.rejects(
      parse(`${command} --${name} a --${name} b`),
      (error) =>
        error instanceof UsageError && error.message === `expected one --${name}, found a and b`,
    );
  }
});

test('when the value is missing and the next option in its place, then that is said', async () => {
  for (const line of [
    '--model_dir --force',
    '--image_dir --manifest=t.csv',
    '--steps --no-report',
  ]) {
    const [name, next] = normaliseArguments(line.split(' '));
    const message = `expected a value for ${name}, found the option ${next}`;
    await assert.rejects(parse(`retrain ${line}`), (error) => {
      return error instanceof UsageError && error.message === message;
    });
  }
  assert.deepEqual(await givenFor('retrain --group_by --(x) --like=--y'), {
    group_by: '--(x)',
    like: '--y',
  });
});

test('when one path matches a pattern, then that is the value; several are refused', async (t) => {
  const folder = makeFolder(t, {
    'legs_1/': '',
    'legs_2/': '',
    'arms/': '',
  });
  const at = (name: string) => path.join(folder, name);
  const hasStars = process.platform !== 'win32';
  for (const name of hasStars ? ['x*y', 'xzy'] : []) mkdirSync(at(name));
  const imageDir = async (name: string) => {
    const given = await givenFor(`retrain --image_dir ${at(name)}`);
    return (given as { image_dir: string }).image_dir;
  };
  assert.equal(await imageDir('a?m*'), at('arms'));
  assert.equal(await imageDir('none*'), at('none*'));
  if (hasStars) assert.equal(await imageDir('x*y'), at('x*y'));
  await assert.rejects(imageDir('legs_?'), (error) => {
    return (
      error instanceof UsageError && /found 2 that match .*legs_1, .*legs_2/.test(error.message)
    );
  });
  // What is written has no pattern, nor has anything but a path.
  const line = `retrain --output_graph ${at('arm*')} --group_by ${at('arm*')}`;
  assert.deepEqual(await givenFor(line), { output_graph: at('arm*'), group_by: at('arm*') });
});
