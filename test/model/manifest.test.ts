import assert from 'node:assert/strict';
import test from 'node:test';
import { UnfitError } from '../../src/base/errors.ts';
import { parseManifest, SCHEMA_VERSION, versionOf } from '../../src/model/manifest.ts';
import { makeManifest } from '../helpers/make-model.ts';

type Json = Record<string, unknown>;

function refusalOf(text: string): UnfitError {
  try {
    parseManifest(text, 'model/manifest.json');
  } catch (error) {
    assert.ok(error instanceof UnfitError, String(error));
    assert.ok(error.hint);
    return error;
  }
  return assert.fail('the manifest was accepted');
}

/** The path of every field of nested objects, e.g. `['preprocessing', 'size']`. */
function* fieldPaths(data: Json, above: string[] = []): Generator<string[]> {
  for (const [name, value] of Object.entries(data)) {
    yield [...above, name];
    // Which options there are is not the schema's business.
    const nested =
      name !== 'options' && typeof value === 'object' && value !== null && !Array.isArray(value);
    if (nested) yield* fieldPaths(value as Json, [...above, name]);
  }
}

/** The manifest with one field changed by `change`, which gets the object that holds it. */
function changed(path: string[], change: (holder: Json, name: string) => void): string {
  const manifest = makeManifest() as unknown as Json;
  const holder = path.slice(0, -1).reduce((at, name) => at[name] as Json, manifest);
  change(holder, path[path.length - 1]);
  return JSON.stringify(manifest);
}

test('when a manifest is written as JSON and read then it is the same', () => {
  const manifest = makeManifest();
  assert.deepEqual(parseManifest(JSON.stringify(manifest), 'x'), manifest);
});

test('when labels have odd names then they survive', () => {
  const labels = ['__proto__', 'constructor', '🦴 broken', '1', 'a"b', '[1,  2]'];
  const manifest = makeManifest(labels);
  const read = parseManifest(JSON.stringify(manifest, null, 2), 'x');
  assert.deepEqual(read.labels, labels);
  assert.equal(read.evaluation.validation?.majority_baseline.label, '__proto__');
});

test('when the schema version is unknown then the model may be fine but is refused', () => {
  for (const version of [SCHEMA_VERSION + 1, 0, 1.5]) {
    const text = changed(['schema_version'], (holder, name) => {
      holder[name] = version;
      // A later version may have other fields.
      holder.novelty = true;
    });
    const error = refusalOf(text);
    assert.equal(error.code, 'model_schema');
    assert.match(
      error.message,
      /^expected a model of schema version 1 to 4 in model\/manifest\.json, /,
    );
    assert.ok(error.message.endsWith(`found version ${version}`), error.message);
  }
});

test('when any field is missing then the model is damaged and the field is named', () => {
  const all = [...fieldPaths(makeManifest() as unknown as Json)];
  const paths = all.filter((path) => path.join('.') !== 'preprocessing.pixel_range');
  assert.equal(paths.length, all.length - 1);
  assert.ok(paths.length > 70, `${paths.length}`);
  for (const path of paths) {
    const error = refusalOf(changed(path, (holder, name) => delete holder[name]));
    const [name] = path;
    const named = ['format', 'schema_version'].includes(name)
      ? 'it is not an imgdiag manifest'
      : `(${path.join('.')}: `;
    assert.equal(error.code, 'model_damaged', path.join('.'));
    assert.ok(error.message.includes(named), error.message);
  }
});

test('when a model is of before pixel ranges then it has none', () => {
  const { version: _, ...content } = makeManifest();
  const { pixel_range: __, ...preprocessing } = content.preprocessing;
  const older = { ...content, preprocessing };
  const text = JSON.stringify({ ...older, version: versionOf(older) });
  assert.equal(parseManifest(text, 'x').preprocessing.pixel_range, null);
});

test('when a value is impossible then the field is named', () => {
  const impossible: [string, unknown][] = [
    ['labels', ['only one']],
    ['labels', 'broken'],
    ['version', '../../../etc/passwd'],
    ['version', '0123456789ABCDEF'],
    ['preprocessing.size', 0],
    ['preprocessing.size', 1e9],
    ['preprocessing.background', [255, 255]],
    ['preprocessing.background', [255, 255, 256]],
    ['preprocessing.kernel', 'nearest'],
    ['preprocessing.fit', 'fill'],
    ['preprocessing.crop_share', 0],
    ['preprocessing.crop_share', 1.01],
    ['preprocessing.mean', [0, 0]],
    ['preprocessing.std', [1, 1, 0]],
    ['preprocessing.damaged', true],
    ['preprocessing.pixel_range', [5, 5]],
    ['preprocessing.pixel_range', '0:4095'],
    ['extractor.feature_size', 2.5],
    ['extractor.weights_sha256', 'abc'],
    ['calibration.temperature', 0.1],
    ['standardisation.mean', [1, null, 2]],
    ['evaluation.training', {}],
    ['evaluation.training.accuracy', 1.01],
    ['evaluation.training.correct', -1],
    ['split.units.testing', '3'],
    ['data.images', null],
  ];
  for (const [field, value] of impossible) {
    const text = changed(field.split('.'), (holder, name) => {
      holder[name] = value;
    });
    const error = refusalOf(text);
    assert.equal(error.code, 'model_damaged', field);
    assert.ok(error.message.includes(`(${field}`), error.message);
  }
});

test('when there is a field too many then the model is damaged', () => {
  for (const path of [['extra'], ['preprocessing', 'extra'], ['files', '../../outside']]) {
    const text = changed(path, (holder, name) => {
      holder[name] = { bytes: 1 };
    });
    assert.match(refusalOf(text).message, /but it is damaged/, path.join('.'));
  }
});

test('when the text is no manifest at all then the model is damaged', () => {
  const whole = JSON.stringify(makeManifest());
  const texts = ['', '{', 'null', '[]', '{}', '"imgdiag-model"', whole.slice(0, -1), `\0${whole}`];
  for (const text of texts) {
    const error = refusalOf(text);
    assert.equal(error.code, 'model_damaged', text.slice(0, 20));
    assert.match(error.message, /^expected an imgdiag model in model\/manifest\.json, but it is /);
  }
});

test('when a value is edited by hand then the manifest no longer matches its version', () => {
  const text = JSON.stringify(makeManifest()).replace('"broken"', '"Broken"');
  assert.throws(() => parseManifest(text, 'x'), {
    code: 'model_damaged',
    message: /its content has been changed/,
  });
});
