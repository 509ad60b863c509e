/** @file Set-up. Runs other programs, keeps their output for the day it is needed, and never leaves one behind. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const binFolder = join(projectRoot, 'node_modules', '.bin');
const tailLines = 25;
/** How long children have to end after a signal. */
const patienceMs = 5_000;

/** An expected failure of set-up: what happened and the next step to take. */
export class SetupError extends Error {
  /**
   * @param {string} message what happened
   * @param {string} nextStep what the reader can do about it
   */
  constructor(message, nextStep) {
    super(`${message}\n  Next step: ${nextStep}`);
    this.name = 'SetupError';
  }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

const ownGroups = process.platform !== 'win32';
/** @type {WeakSet<import('node:child_process').ChildProcess>} */
const grouped = new WeakSet();

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalTo(child, signal) {
  if (!ownGroups || !grouped.has(child) || child.pid === undefined) child.kill(signal);
  else {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The whole group has ended by itself.
    }
  }
}

/** @type {(() => void)[]} */
const farewells = [];

/**
 * Calls `farewell` when this process ends, however it ends (but for SIGKILL).
 * @param {() => void} farewell must be synchronous
 * @returns {() => void} takes the promise back
 */
export function onEnd(farewell) {
  farewells.push(farewell);
  return () => {
    const at = farewells.indexOf(farewell);
    if (at !== -1) farewells.splice(at, 1);
  };
}

process.on('exit', () => {
  for (const child of running) signalTo(child, 'SIGTERM');
  for (const farewell of farewells.splice(0).reverse()) farewell();
});

// A signal that reaches only this process (SIGTERM from a CI runner) must reach its children too, and they are
// waited for: an orphaned `npm ci` would still be writing into the folder the next run is filling.
for (const [signal, number] of /** @type {const} */ ([
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
])) {
  process.on(signal, () => {
    const exit = () => process.exit(128 + number);
    const closed = [...running].map((child) => {
      signalTo(child, signal);
      return new Promise((done) => child.once('close', done));
    });
    setTimeout(() => {
      for (const child of running) signalTo(child, 'SIGKILL');
      exit();
    }, patienceMs);
    void Promise.all(closed).then(exit);
  });
}

/**
 * The environment in which the project's own tools (Node 24 among them) are found first.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnv(extra = {}) {
  const path = process.env['PATH'] ?? '';
  const withTools = path.split(delimiter)[0] === binFolder ? path : binFolder + delimiter + path;
  return { ...process.env, PATH: withTools, ...extra };
}

/** The project's own Node (24), which tools and tests run on whatever the machine has. */
export const ownNode = join(binFolder, process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * Where a program lies on the PATH, the project's own tools left out.
 * @param {string} program
 * @returns {string | undefined}
 */
export function findProgram(program) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/sbin', '/sbin');
  return folders
    .filter((folder) => folder !== '' && folder !== binFolder)
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] whole environment
 * @property {{ uid: number; gid: number }} [owner] another account, which root alone may ask for
 * @property {string} [input] given to standard input, which is empty otherwise
 * @property {number} [timeoutMs]
 * @property {(output: string) => string | undefined} [stalled] asked every second; a text ends the program with it
 */

/**
 * @typedef {object} Ended
 * @property {number} code exit code; 128 + signal number style codes are reported as 1
 * @property {string} stdout
 * @property {string} output both streams, as they came
 * @property {string | undefined} stoppedBecause set when time was up or it stalled
 */

/**
 * Runs a program to its end; a bad exit code is an answer, not an error.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ended>}
 */
export function attempt(program, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? projectRoot,
      // What is quoted later must read well in any log.
      env: { ...(options.env ?? process.env), NO_COLOR: '1', FORCE_COLOR: undefined },
      stdio: 'pipe',
      ...options.owner,
      // A group of its own: what it started (make, compilers) ends with it.
      detached: ownGroups,
      // npm is a script of the command interpreter there.
      shell: process.platform === 'win32' && program === 'npm',
    });
    running.add(child);
    grouped.add(child);
    let stdout = '';
    let output = '';
    /** @type {string | undefined} */
    let stoppedBecause;
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
    });
    const startedAt = Date.now();
    const watch = setInterval(() => {
      const late = options.timeoutMs !== undefined && Date.now() - startedAt > options.timeoutMs;
      stoppedBecause ??= late
        ? `no end after ${String(Math.round((options.timeoutMs ?? 0) / 1000))} s`
        : options.stalled?.(output);
      if (stoppedBecause !== undefined) signalTo(child, 'SIGKILL');
    }, 500);
    /** @param {number} code */
    const end = (code) => {
      clearInterval(watch);
      running.delete(child);
      done({ code, stdout, output, stoppedBecause });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => {
      end(code ?? 1);
    });
    // A program that ends before it has read its input is no reason to fall over.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions & { nextStep: string }} options
 * @returns {Promise<string>} its standard output
 * @throws {SetupError} with the last lines it wrote when it fails
 */
export async function run(program, args, options) {
  const ended = await attempt(program, args, options);
  if (ended.code === 0 && ended.stoppedBecause === undefined) return ended.stdout;
  const tail = ended.output.trimEnd().split('\n').slice(-tailLines).join('\n    ');
  const how = ended.stoppedBecause ?? `exit code ${String(ended.code)}`;
  throw new SetupError(
    `${[program, ...args].join(' ')} failed (${how})\n    ${tail}`,
    options.nextStep,
  );
}

/**
 * Runs a program in this terminal and answers with its exit code.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string; env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function runInTerminal(program, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? projectRoot,
      env: options.env ?? process.env,
      stdio: 'inherit',
    });
    running.add(child);
    child.on('error', fail);
    child.on('close', (code, signal) => {
      running.delete(child);
      done(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1));
    });
  });
}

/**
 * The npm that started this script, or else the one on the PATH, on the machine's own Node:
 * `npm ci` removes the project's Node while it runs.
 * @param {readonly string[]} args
 * @param {RunOptions & { nextStep: string }} options
 * @returns {Promise<string>} its standard output
 */
export function runNpm(args, options) {
  const script = process.env['npm_execpath'];
  const node = process.env['npm_node_execpath'] ?? findProgram('node') ?? process.execPath;
  return script?.endsWith('.js') === true
    ? run(node, [script, ...args], options)
    : run('npm', args, options);
}
