import assert from 'node:assert/strict';
import test from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createBudget } from '../../src/base/budget.ts';

/** Tasks that end when told to, and the log of their beginnings. */
function makeTasks(total: number) {
  const budget = createBudget(total);
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const ask = (name: string, amount: number) =>
    budget.use(amount, () => {
      begun.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error ? reject(error) : resolve(name)));
      });
    });
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error);
    await turn();
  };
  return { ask, begun, end };
}

test('when tasks fit together then they run together, else in the order of asking', async () => {
  const { ask, begun, end } = makeTasks(10);
  const all = [ask('a', 4), ask('b', 4), ask('large', 8), ask('small', 1)];
  await turn();
  assert.deepEqual(begun, ['a', 'b']);
  await end('a');
  assert.deepEqual(begun, ['a', 'b'], 'small must not pass large');
  await end('b');
  assert.deepEqual(begun, ['a', 'b', 'large', 'small']);
  await end('large');
  await end('small');
  assert.deepEqual(await Promise.all(all), ['a', 'b', 'large', 'small']);
});

test('when a task asks for more than there is then it runs alone', async () => {
  const { ask, begun, end } = makeTasks(10);
  const all = [ask('a', 1), ask('huge', 1e9), ask('b', 1)];
  await turn();
  await end('a');
  assert.deepEqual(begun, ['a', 'huge']);
  await end('huge');
  await end('b');
  await Promise.all(all);
});

test('when a task fails then its share is free again', async () => {
  const { ask, begun, end } = makeTasks(1);
  const failed = assert.rejects(ask('a', 1), /broken/);
  const next = ask('b', 1);
  await turn();
  await end('a', new Error('broken'));
  await failed;
  assert.deepEqual(begun, ['a', 'b']);
  await end('b');
  assert.equal(await next, 'b');
});

test('when begun work needs more then it goes first, one at once whatever is free, and never waits for itself', async () => {
  const budget = createBudget(10);
  const begun: string[] = [];
  let endFirst = () => {};
  const first = budget.use(9, () =>
    budget.useMore(20, async () => {
      begun.push('more of a');
      await new Promise<void>((resolve) => {
        endFirst = resolve;
      });
    }),
  );
  const second = budget.use(1, () => budget.useMore(20, async () => void begun.push('more of b')));
  const third = budget.use(1, async () => void begun.push('c'));
  await turn();
  assert.deepEqual(begun, ['more of a']);
  endFirst();
  await Promise.all([first, second, third]);
  assert.deepEqual(begun, ['more of a', 'more of b', 'c']);
});
