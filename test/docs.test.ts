import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { optionsPage } from '../scripts/docs.ts';
import { metricsPage } from '../scripts/metrics-page.ts';
import { createProgram } from '../src/cli.ts';
import { normaliseArguments } from '../src/commands/arguments.ts';
import { COMMANDS, type CommandName, type CommandSpec, rowsOf } from '../src/options/commands.ts';
import { REFUSED } from '../src/options/rows.ts';
import { ROOT } from './helpers/run-cli.ts';

/** The flags of retrain.py, 0.8 to TF-Hub, as its own `--help` lists them. */
const RETRAIN_PY_FLAGS = [
  'image_dir',
  'output_graph',
  'output_labels',
  'how_many_training_steps',
  'learning_rate',
  'testing_percentage',
  'validation_percentage',
  'eval_step_interval',
  'train_batch_size',
  'test_batch_size',
  'validation_batch_size',
  'print_misclassified_test_images',
  'model_dir',
  'bottleneck_dir',
  'architecture',
  'tfhub_module',
  'final_tensor_name',
  'flip_left_right',
  'random_crop',
  'random_scale',
  'random_brightness',
  'summaries_dir',
  'intermediate_store_frequency',
  'intermediate_output_graphs_dir',
  'saved_model_dir',
  'logging_verbosity',
];

const readText = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');

/** Cells of each row of each table whose first header cell is `heading`. */
function rowsUnder(text: string, heading: RegExp): string[][] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    if (!line.startsWith('|') || !heading.test(cellsOf(line)[0])) return [];
    const end = lines.findIndex((later, i) => i > at && !later.startsWith('|'));
    return lines.slice(at + 2, end === -1 ? undefined : end).map(cellsOf);
  });
}

function cellsOf(line: string): string[] {
  const cells = line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/);
  return cells.map((cell) => cell.trim());
}

/** Names of the options in backquotes: `--steps N` gives steps. */
function optionsIn(cell: string): string[] {
  return [...cell.matchAll(/`--([a-z0-9_]+)[^`]*`/g)].map(([, name]) => name);
}

const context = { terminal: undefined, signal: undefined, setExitCode() {} } as never;
const program = createProgram(context);
const RETRAIN = rowsOf('retrain');

/** Options of a command and its own defaults, as commander knows them. */
function optionsOf(command: string): Map<string, unknown> {
  const found = program.commands.find((one) => one.name() === command);
  assert.ok(found, command);
  return new Map(found.options.map((one) => [one.attributeName(), one.defaultValue]));
}

test('every flag of retrain.py has a row, and each row names an option that exists', () => {
  const rows = rowsUnder(readText('docs/retrain-py.md'), /^retrain\.py flag$/);
  const flags = rows.map(([flag]) => optionsIn(flag)[0]);
  assert.deepEqual(
    RETRAIN_PY_FLAGS.filter((flag) => !flags.includes(flag)),
    [],
  );
  assert.equal(new Set(flags).size, flags.length);
  for (const [flag, , here] of rows) {
    if (here.startsWith('none')) {
      assert.ok(optionsIn(flag)[0] in REFUSED, flag);
      continue;
    }
    const [target] = optionsIn(here.slice(0, here.indexOf(':')));
    assert.ok(target in RETRAIN, `${flag}: ${here}`);
    // What the old name becomes on the command line is what the row says.
    const [understood] = normaliseArguments([flag.replaceAll('`', '')]);
    assert.equal(understood, `--${target}`, flag);
    for (const name of optionsIn(here)) assert.ok(name in RETRAIN, `${flag} names ${name}`);
  }
});

test('only retrain.py flags that the table calls none are unknown to the program', () => {
  const rows = rowsUnder(readText('docs/retrain-py.md'), /^retrain\.py flag$/);
  const known = optionsOf('retrain');
  for (const [flag, , here] of rows) {
    const [word] = normaliseArguments([flag.replaceAll('`', '')]);
    assert.equal(known.has(word.slice(2)), !here.startsWith('none'), flag);
  }
});

test('docs/metrics.md is what the table makes: npm run docs', () => {
  assert.equal(readText('docs/metrics.md'), metricsPage());
});

test('docs/options.md is what the table makes: npm run docs', () => {
  const page = readText('docs/options.md');
  assert.equal(page, optionsPage());
  for (const command of Object.keys(COMMANDS) as CommandName[]) {
    const [, section] = page.split(`\n## imgdiag ${command}\n`);
    const own = section.split('\n## ')[0];
    for (const [name, { help, argument }] of Object.entries(rowsOf(command))) {
      assert.ok(own.includes(`--${name}`) || own.includes(`\`${argument}\``), `${command} ${name}`);
      assert.ok(own.replaceAll('`', '').includes(help.replaceAll('|', '\\|')), help);
    }
  }
});

test('the help of a command has a line for each of its options, with its text', () => {
  for (const command of Object.keys(COMMANDS) as CommandName[]) {
    const words = command.split(' ');
    const found = words.reduce((all, word) => {
      const next = all.commands.find((one) => one.name() === word);
      assert.ok(next, command);
      return next;
    }, program);
    const help = found.helpInformation().replaceAll(/\s+/g, ' ');
    const { Arguments: places = {} }: CommandSpec['sections'] = COMMANDS[command].sections;
    for (const [name, { help: text, argument }] of Object.entries(rowsOf(command))) {
      const flag = Object.hasOwn(places, name) ? '' : `--${name} ${argument}`;
      assert.ok(
        help.includes(`${flag} ${text}`.trim().replaceAll('  ', ' ')),
        `${command} ${name}`,
      );
    }
  }
});

test('every link between pages leads to a file, and to a heading of it', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].concat(
    readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`),
  );
  for (const page of pages) {
    for (const [, target] of readText(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [file, anchor] = target.split('#');
      const at = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      assert.ok(existsSync(path.join(ROOT, at)), `${page}: ${target}`);
      if (anchor !== undefined) {
        assert.ok(anchorsOf(readText(at)).includes(anchor), `${page}: ${target}`);
      }
    }
  }
});

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every option of the documents is one that some command has', () => {
  const commands = Object.keys(COMMANDS) as CommandName[];
  const known = new Set(commands.flatMap((command) => Object.keys(rowsOf(command))));
  for (const name of ['debug', 'version', 'help']) known.add(name);
  const pages = ['training', 'formats', 'evidence', 'explain', 'check'].map(
    (page) => `docs/${page}.md`,
  );
  for (const name of ['README.md', ...pages]) {
    for (const [, word] of readText(name).matchAll(/(?<=[\s`])--([a-z][a-z0-9_]+)/g)) {
      const [understood] = normaliseArguments([`--${word}`]);
      const own = known.has(understood.slice(2));
      assert.ok(own || FOREIGN.includes(word), `${name}: --${word}`);
    }
  }
});

/** Options of npm and TensorBoard. */
const FOREIGN = ['ignore', 'logdir'];
