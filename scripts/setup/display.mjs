/** @file Set-up. A display for windows: the person's own, or a private Xvfb that nobody sees. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, onEnd, SetupError } from './processes.mjs';

const startMs = 20_000;

/**
 * @typedef {object} Display
 * @property {'own' | 'hidden'} kind the person's display, or a private one without a screen
 * @property {Record<string, string | undefined>} env to be laid over `process.env`; undefined takes a name away
 * @property {() => Promise<void>} stop
 */

/** Whether windows opened here are seen by a person. */
export function hasOwnDisplay() {
  if (process.platform !== 'linux') return true;
  if ((process.env['WAYLAND_DISPLAY'] ?? '') !== '') return true;
  const display = process.env['DISPLAY'] ?? '';
  // A local display that has gone leaves its name behind in old terminals.
  const local = /^:(\d+)/.exec(display)?.[1];
  return local === undefined ? display !== '' : existsSync(`/tmp/.X11-unix/X${local}`);
}

/**
 * The person's display, or a hidden one where there is none.
 * @param {{ hidden?: boolean; width?: number; height?: number }} [wish] `hidden` asks for a private one even so (Linux with Xvfb); pixels
 * @returns {Promise<Display>}
 * @throws {SetupError} when there is no display and no Xvfb
 */
export async function openDisplay({ hidden = false, width = 1600, height = 1000 } = {}) {
  const xvfb = process.platform === 'linux' ? findProgram('Xvfb') : undefined;
  if (hasOwnDisplay() && (!hidden || xvfb === undefined)) {
    return { kind: 'own', env: {}, stop: () => Promise.resolve() };
  }
  if (xvfb === undefined) {
    throw new SetupError('There is no display and no Xvfb', 'install Xvfb (Debian: xvfb).');
  }
  const folder = mkdtempSync(join(tmpdir(), 'trackvault-display-'));
  const authority = join(folder, 'Xauthority');
  writeFileSync(authority, cookieFile(), { mode: 0o600 });

  const screen = `${String(width)}x${String(height)}x24`;
  const options = [
    '-displayfd',
    '3',
    '-screen',
    '0',
    screen,
    '-nolisten',
    'tcp',
    '-auth',
    authority,
  ];
  const server = spawn(xvfb, options, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const closed = new Promise((done) => server.once('close', done));
  const forget = onEnd(() => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const stop = async () => {
    forget();
    server.kill();
    await closed;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const number = await displayNumber(server);
    /** @type {Display['env']} */
    const env = { DISPLAY: `:${number}`, XAUTHORITY: authority, WAYLAND_DISPLAY: undefined };
    return { kind: 'hidden', env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Xvfb takes the first free number and writes it when it is ready.
 * @param {import('node:child_process').ChildProcess} server
 * @returns {Promise<string>}
 */
function displayNumber(server) {
  return new Promise((done, fail) => {
    let complaint = '';
    let number = '';
    /** @param {string} how */
    const failHow = (how) => {
      fail(new SetupError(`Xvfb ${how}. ${complaint}`, 'try Xvfb by hand and see what it says.'));
    };
    const timer = setTimeout(() => {
      failHow('did not start in 20 s');
    }, startMs);
    server.stderr?.on('data', (/** @type {Buffer} */ chunk) => (complaint += chunk.toString()));
    server.once('error', (error) => {
      clearTimeout(timer);
      failHow(`cannot be started: ${error.message}`);
    });
    server.once('exit', () => {
      clearTimeout(timer);
      failHow('ended at once');
    });
    server.stdio[3]?.on('data', (/** @type {Buffer} */ chunk) => {
      number += chunk.toString();
      if (!number.includes('\n')) return;
      clearTimeout(timer);
      done(number.trim());
    });
  });
}

/**
 * An X authority file with one secret for whatever display number: without it any user of the machine could look in.
 * Shape of an entry: family (65535, any), then address, number, protocol name and secret, each with a 16-bit length.
 */
function cookieFile() {
  const counted = (/** @type {Buffer} */ bytes) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const none = counted(Buffer.alloc(0));
  const name = counted(Buffer.from('MIT-MAGIC-COOKIE-1'));
  return Buffer.concat([Buffer.from([0xff, 0xff]), none, none, name, counted(randomBytes(16))]);
}
