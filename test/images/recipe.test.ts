import assert from 'node:assert/strict';
import test from 'node:test';
import { createRecipe, type Recipe, recipeId } from '../../src/images/recipe.ts';

const recipe = createRecipe(224, [0, 1]);

test('when a recipe is made then it is what retrain.py did, on white', () => {
  assert.deepEqual(recipe, {
    version: 1,
    size: 224,
    orientation: 'exif',
    colour: 'srgb',
    background: [255, 255, 255],
    fit: 'fill',
    kernel: 'linear',
    shrink_on_load: false,
    range: [0, 1],
  });
});

test('when recipes are equal then so are their ids, whatever the order of the fields', () => {
  const reversed = Object.fromEntries(Object.entries(recipe).reverse()) as unknown as Recipe;
  assert.equal(recipeId(reversed), recipeId(createRecipe(224, [0, 1])));
  assert.equal(recipeId(JSON.parse(JSON.stringify(recipe))), recipeId(recipe));
  assert.match(recipeId(recipe), /^[0-9a-f]{16}$/);
});

test('when the id is made in a later version then it is still the same', () => {
  // Part of every cache key: another value would drop every cached bottleneck.
  assert.equal(recipeId(recipe), '025143b9af60ab0f');
});

test('when any field changes then so does the id', () => {
  const others: Record<keyof Recipe, unknown> = {
    version: 2,
    size: 225,
    orientation: 'none',
    colour: 'p3',
    background: [255, 255, 254],
    fit: 'cover',
    kernel: 'cubic',
    shrink_on_load: true,
    range: [-1, 1],
    damaged: 'use',
  };
  const all = createRecipe(224, [0, 1], 'use');
  assert.deepEqual(Object.keys(others).sort(), Object.keys(all).sort());
  const ids = Object.entries(others).map(([field, value]) =>
    recipeId({ ...recipe, [field]: value } as Recipe),
  );
  assert.equal(new Set([recipeId(recipe), ...ids]).size, ids.length + 1);
});
