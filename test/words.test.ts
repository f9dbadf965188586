// Every sentence that the program can refuse with, found in the source and held against one form.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { ROOT } from './helpers/run-cli.ts';

const SRC = path.join(ROOT, 'src');
const ERRORS = /new (?:Usage|Input|Unfit|Gate|Write|Image)Error\(/g;

interface Refusal {
  readonly place: string;
  /** What stands between the parentheses. */
  readonly source: string;
  /** The sentence, `*` for what is filled in; empty where it is made elsewhere. */
  readonly sentence: string;
}

/** Ends of sentences that need no remedy beside them, since they hold it or come with one. */
const OWN_REMEDY: readonly RegExp[] = [];

function refusals(): Refusal[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(path.join(SRC, file), 'utf8');
      return [...text.matchAll(ERRORS)].map(({ 0: found, index }) => {
        const source = balanced(text, index + found.length);
        const line = text.slice(0, index).split('\n').length;
        return { place: `${file}:${line}`, source, sentence: sentenceOf(source) };
      });
    });
}

/** From `start` to the parenthesis that closes, strings passed over. */
function balanced(text: string, start: number): string {
  let depth = 1;
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (`'"\``.includes(character)) quote = character;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character) && --depth === 0) return text.slice(start, at);
  }
  return text.slice(start);
}

/** The first string of the arguments, its insertions as `*`. */
function sentenceOf(source: string): string {
  const found = /^\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/.exec(source);
  const text = found?.[1] ?? found?.[2] ?? found?.[3] ?? '';
  return text.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '*');
}

const all = refusals();

test('every refusal in the source is looked at', () => {
  assert.ok(all.length > 110, `${all.length}`);
  assert.ok(all.filter(({ sentence }) => sentence !== '').length > 90);
});

test('every refusal says how to mend it', () => {
  const without = all.filter(
    ({ source, sentence }) =>
      !/\bhint\b|details/.test(source) && !OWN_REMEDY.some((pattern) => pattern.test(sentence)),
  );
  assert.deepEqual(
    without.map(({ place }) => place),
    [],
  );
});

test('every sentence says what was expected, or names the thing at fault', () => {
  const form = /^(expected|the |a |label|labels|\*|ONNX Runtime|permission|it is|part of)/;
  const other = all.filter(({ sentence }) => sentence !== '' && !form.test(sentence));
  assert.deepEqual(
    other.map(({ place, sentence }) => `${place} ${sentence}`),
    [],
  );
});

test('no sentence shouts, asks for pardon, or ends like a paragraph', () => {
  for (const { place, sentence } of all) {
    assert.doesNotMatch(sentence, /!|please|sorry|oops|invalid|illegal|\.$/i, place);
  }
});
