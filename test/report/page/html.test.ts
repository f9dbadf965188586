import assert from 'node:assert/strict';
import test from 'node:test';
import { file, Html, html, listOf, name } from '../../../src/report/page/html.ts';

test('what is put into a template is escaped, in text and in attributes', () => {
  const hostile = `<script>"'&`;
  assert.equal(
    html`<p title="${hostile}">${hostile}</p>`.markup,
    '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</p>',
  );
});

test('templates nest without being escaped twice, and lists are joined', () => {
  const items = ['<a>', 'b'].map((one) => html`<li>${one}</li>`);
  assert.equal(html`<ul>${items}</ul>`.markup, '<ul><li>&lt;a&gt;</li><li>b</li></ul>');
  assert.equal(html`${new Html('<hr>')}${3}${[1, [2, '&']]}`.markup, '<hr>312&amp;');
});

test('null and false leave nothing, zero and the empty text are themselves', () => {
  assert.equal(html`[${null}${false}${0}${''}]`.markup, '[0]');
});

test('control characters are shown, so that a line feed in a file name is seen', () => {
  assert.equal(file('a\nb\x00\u202e').markup, '<bdi class="file">a\\nb\\x00\\u202e</bdi>');
});

test('names are kept apart from the direction of the text around them', () => {
  assert.equal(name('שבורה').markup, '<bdi>שבורה</bdi>');
});

test('lists read as in a sentence', () => {
  const read = (...parts: string[]) => html`${listOf(parts)}`.markup;
  assert.equal(read('a'), 'a');
  assert.equal(read('a', 'b'), 'a and b');
  assert.equal(read('a', 'b', 'c'), 'a, b and c');
});
