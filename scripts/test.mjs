/** @file Tests. Set-up, then everything that is checked, and one line at the end that says how it went. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain, setUp } from './setup.mjs';
import { openDisplay } from './setup/display.mjs';
import { readJson } from './setup/json.mjs';
import { openPrivateSession } from './setup/private-session.mjs';
import { attempt, ownNode, projectRoot, runInTerminal, toolEnv } from './setup/processes.mjs';

/**
 * @typedef {object} Outcome
 * @property {string} title
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} ms
 */

const groups = /** @type {const} */ (['checks', 'unit', 'e2e']);
const modules = join(projectRoot, 'node_modules');
const resultFolder = join(projectRoot, 'test-results');

/** Each says everything that is wrong at once, and counts as one test. */
const checks = [
  // The longest goes first.
  { title: 'lint rules', tool: 'eslint/bin/eslint.js', args: ['--max-warnings=0', '.'] },
  { title: 'types', tool: 'typescript/bin/tsc', args: ['--noEmit', '-p', '.'] },
  {
    title: 'types of tests with windows',
    tool: 'typescript/bin/tsc',
    args: ['--noEmit', '-p', 'test/e2e'],
  },
  {
    title: 'types of tests of the window’s logic',
    tool: 'typescript/bin/tsc',
    args: ['--noEmit', '-p', 'test/unit/renderer'],
  },
  {
    title: 'types of the window',
    tool: 'svelte-check/bin/svelte-check',
    args: ['--workspace', 'src/renderer', '--tsconfig', './tsconfig.json', '--fail-on-warnings'],
  },
  {
    title: 'format',
    tool: 'prettier/bin/prettier.cjs',
    args: ['--check', '--log-level=warn', '.'],
  },
  {
    title: 'layer rules',
    tool: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.cjs', 'src'],
  },
];

/**
 * @param {boolean} aside at the lowest priority: tests with windows go on beside it as if alone
 * @returns {Promise<Outcome[]>}
 */
async function runChecks(aside) {
  const yields = aside && process.platform !== 'win32';
  /** @type {Outcome[]} */
  const outcomes = [];
  const queue = [...checks];
  const worker = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      const startedAt = performance.now();
      const call = [ownNode, join(modules, check.tool), ...check.args];
      const [program = ownNode, ...args] = yields ? ['nice', '-n', '19', ...call] : call;
      const ended = await attempt(program, args, { env: toolEnv() });
      const ms = performance.now() - startedAt;
      const passed = ended.code === 0 ? 1 : 0;
      outcomes.push({ title: check.title, passed, failed: 1 - passed, skipped: 0, ms });
      console.log(`${passed === 1 ? 'ok    ' : 'FAILED'} ${check.title}`);
      if (passed === 0) console.log(ended.output);
    }
  };
  await Promise.all([worker(), worker()]);
  return outcomes;
}

/**
 * Runs a test runner in this terminal and reads its own count.
 * @param {object} suite
 * @param {string} suite.title
 * @param {string} suite.tool
 * @param {readonly string[]} suite.args
 * @param {string} suite.report file it writes
 * @param {NodeJS.ProcessEnv} suite.env
 * @param {(report: unknown) => Pick<Outcome, 'passed' | 'failed' | 'skipped'>} suite.count
 * @returns {Promise<Outcome>}
 */
async function runSuite({ title, tool, args, report, env, count }) {
  console.log(`\n${title}`);
  const file = join(resultFolder, report);
  rmSync(file, { force: true });
  const startedAt = performance.now();
  const code = await runInTerminal(ownNode, [join(modules, tool), ...args], { env });
  const ms = performance.now() - startedAt;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    Object.assign(counts, count(readJson(file)));
  } catch (error) {
    console.log(`${title}: no report was written (${String(error)})`);
  }
  // A runner that fails outside any test (a file that does not load, an unhandled rejection) has failed.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (counts.passed + counts.failed === 0) counts.failed = 1;
  return { title, ...counts, ms };
}

/** @param {NodeJS.ProcessEnv} env */
function runUnit(env) {
  return runSuite({
    title: 'unit and integration',
    tool: 'vitest/vitest.mjs',
    args: [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${join(resultFolder, 'unit.json')}`,
    ],
    report: 'unit.json',
    env,
    count: (report) => {
      const counts = /** @type {import('vitest/node').JsonTestResults} */ (report);
      return {
        passed: counts.numPassedTests,
        failed: counts.numFailedTests,
        skipped: counts.numPendingTests + counts.numTodoTests,
      };
    },
  });
}

/** @param {NodeJS.ProcessEnv} env */
async function runEndToEnd(env) {
  const display = await openDisplay({ hidden: true });
  try {
    return await runSuite({
      title: 'end to end, in real windows',
      tool: 'playwright/cli.js',
      args: ['test'],
      report: 'e2e.json',
      env: { ...env, ...display.env },
      count: (report) => {
        const { stats } = /** @type {import('playwright/types/testReporter').JSONReport} */ (
          report
        );
        return {
          passed: stats.expected,
          failed: stats.unexpected + stats.flaky,
          skipped: stats.skipped,
        };
      },
    });
  } finally {
    await display.stop();
  }
}

/** @param {readonly Outcome[]} outcomes */
function summarise(outcomes) {
  console.log('');
  for (const { title, passed, failed, skipped, ms } of outcomes) {
    const counts = `${String(passed)} passed, ${String(failed)} failed`;
    const note = skipped === 0 ? '' : `, ${String(skipped)} skipped`;
    console.log(`${title.padEnd(28)} ${(ms / 1000).toFixed(1).padStart(6)} s  ${counts}${note}`);
  }
  const sum = (/** @type {'passed' | 'failed'} */ key) =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const failed = sum('failed');
  console.log(`\ntests: ${String(sum('passed'))} passed, ${String(failed)} failed`);
  return failed === 0 ? 0 : 1;
}

/** @param {readonly string[]} wanted names of groups */
async function runGroups(wanted) {
  /** @type {Outcome[]} */
  const outcomes = [];
  const checksWanted = wanted.includes('checks');
  if (!wanted.includes('unit') && !wanted.includes('e2e')) {
    return checksWanted ? runChecks(false) : outcomes;
  }
  const session = await openPrivateSession();
  const env = toolEnv({ ...session.env, ...(options.soak ? { TRACKVAULT_SOAK: '1' } : {}) });
  try {
    if (wanted.includes('unit')) outcomes.push(await runUnit(env));
    // Windows mostly wait: what reads the sources fills the time, and gives way whenever they do not.
    const checked = checksWanted ? runChecks(wanted.includes('e2e')) : Promise.resolve([]);
    if (wanted.includes('e2e')) outcomes.push(await runEndToEnd(env));
    outcomes.push(...(await checked));
  } finally {
    await session.stop();
  }
  return outcomes;
}

const { values: options } = parseArgs({
  options: { soak: { type: 'boolean', default: false }, only: { type: 'string' } },
});

await runMain(async () => {
  const wanted = options.only?.split(',') ?? [...groups];
  const unknown = wanted.filter((name) => !groups.some((group) => group === name));
  if (unknown.length > 0) {
    console.error(`No group called ${unknown.join(', ')}; there are ${groups.join(', ')}.`);
    return 2;
  }
  try {
    await setUp({
      need: [
        'dependencies',
        ...(wanted.includes('unit') || wanted.includes('e2e')
          ? /** @type {const} */ (['system', 'fixtures-tools'])
          : []),
        ...(wanted.includes('e2e')
          ? /** @type {const} */ (['electron', 'sqlite', 'build', 'package'])
          : []),
      ],
      say: console.log,
    });
    console.log('');
    mkdirSync(resultFolder, { recursive: true });
    return summarise(await runGroups(wanted));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return summarise([{ title: 'set-up', passed: 0, failed: 1, skipped: 0, ms: 0 }]);
  }
});
