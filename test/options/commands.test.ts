import assert from 'node:assert/strict';
import test from 'node:test';
import { MAX_PIXELS } from '../../src/images/decode.ts';
import { COMMANDS, type CommandName, defaultsOf, rowsOf } from '../../src/options/commands.ts';
import type { Row } from '../../src/options/row.ts';
import { currentName, REFUSED, ROWS } from '../../src/options/rows.ts';

const NAMES = Object.keys(COMMANDS) as CommandName[];
const ALL = NAMES.flatMap((command) => Object.entries(rowsOf(command)));

test('every row belongs to a command, and what it names beside itself belongs to the same ones', () => {
  const used = new Set(ALL.map(([, row]) => row));
  for (const [name, row] of Object.entries<Row>(ROWS)) assert.ok(used.has(row), name);
  for (const command of NAMES) {
    const rows = rowsOf(command);
    for (const [name, { needs, excludes, orElse = [] }] of Object.entries(rows)) {
      for (const other of [needs, excludes, ...orElse]) {
        if (other !== undefined) assert.ok(other in rows, `${command} --${name}: ${other}`);
      }
    }
  }
});

test('no option stands under two headings of a command', () => {
  for (const command of NAMES) {
    const names = Object.values<object>(COMMANDS[command].sections).flatMap(Object.keys);
    assert.equal(new Set(names).size, names.length, command);
  }
});

test('an old name is no name of today, and leads to one option', () => {
  const today = new Set(ALL.map(([name]) => name));
  const old = Object.values<Row>(ROWS).flatMap(({ aliases = [] }) => aliases);
  assert.equal(new Set(old).size, old.length);
  for (const name of [...old, ...Object.keys(REFUSED)]) assert.ok(!today.has(name), name);
  for (const name of old) assert.ok(today.has(currentName(name)), name);
  assert.deepEqual(
    ['steps', 'no_pictures', 'how_many_training_steps', 'constructor'].map(currentName),
    ['steps', 'no_images', 'steps', 'constructor'],
  );
});

test('every default is one of the choices, and no help is empty or ends like a paragraph', () => {
  for (const [name, { fallback, choices, help }] of ALL) {
    // Without a default, it is the network's own.
    if (choices !== undefined && fallback !== undefined) {
      assert.ok(choices.includes(fallback as string), name);
    }
    assert.match(help, /^\S.{8,}[^.]$/, name);
  }
  assert.equal(ROWS.max_pixels.fallback, MAX_PIXELS);
  assert.deepEqual(defaultsOf('cache clear'), { bottleneck_dir: undefined });
});
