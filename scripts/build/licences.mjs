/** @file Build. Lists every package that becomes part of the app, with its licence, from what the bundler really took. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { projectRoot } from '../setup/processes.mjs';

/**
 * @typedef {object} Licence
 * @property {string} name
 * @property {string} version
 * @property {string} licence SPDX expression, or the package's own words
 * @property {string} text empty when the package carries none
 */

/** Not bundled, but shipped: the runtime, and packages with a native addon, which stay outside. */
const shippedWhole = ['electron', 'better-sqlite3', '@napi-rs/keyring'];

/** What the runtime brings along has a file of its own beside every packaged Electron. */
const ofTheRuntime = `

Electron contains Chromium, Node.js, V8, FFmpeg and others. Their licences are in the file LICENSES.chromium.html, which lies beside the program.
`;

/**
 * One for each of the builds that make the app; the list is written again as each ends.
 * @param {string} file where the list goes, relative to the project
 */
export function licenceList(file) {
  /** @type {Set<string>} */
  const folders = new Set(shippedWhole.map((name) => join(projectRoot, 'node_modules', name)));
  /** @param {string} id */
  const note = (id) => {
    const folder = packageFolderOf(id);
    if (folder !== null) folders.add(folder);
  };
  /** @returns {import('vite').Plugin} */
  const plugin = () => ({
    name: 'trackvault:licences',
    generateBundle(_options, bundle) {
      for (const id of this.getModuleIds()) note(id);
      for (const output of Object.values(bundle)) {
        if (output.type === 'asset') output.originalFileNames.forEach(note);
      }
    },
    closeBundle() {
      const target = join(projectRoot, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, JSON.stringify(listOf(folders)));
    },
  });
  return plugin;
}

/**
 * The folder of the package a module belongs to; null for our own.
 * @param {string} id a path, perhaps with what a plugin puts before or behind it
 */
export function packageFolderOf(id) {
  const path = id.replace(/^\0+/, '').replace(/[?#].*$/, '');
  const parts = path.split(/[\\/]/);
  const at = parts.lastIndexOf('node_modules');
  if (at < 0) return null;
  const isScoped = parts[at + 1]?.startsWith('@') === true;
  const end = at + (isScoped ? 3 : 2);
  // Files that styles name are told relative to the page.
  const folder = isAbsolute(path)
    ? parts.slice(0, end).join(sep)
    : join(projectRoot, ...parts.slice(parts.indexOf('node_modules'), end));
  return existsSync(join(folder, 'package.json')) ? folder : null;
}

/**
 * @param {Iterable<string>} folders
 * @returns {Licence[]} by name, each package and version once
 */
export function listOf(folders) {
  /** @type {Map<string, Licence>} */
  const found = new Map();
  for (const folder of folders) {
    const licence = licenceOf(folder);
    found.set(`${licence.name}@${licence.version}`, licence);
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** @param {string} folder */
function licenceOf(folder) {
  /** @type {unknown} */
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const name = textAt(about, 'name');
  if (name === '') throw new Error(`${folder} has a package.json without a name.`);
  const text = textIn(folder);
  return {
    name,
    version: textAt(about, 'version'),
    licence: textAt(about, 'license') || (text.split('\n')[0]?.trim() ?? ''),
    text: name === 'electron' ? text + ofTheRuntime : text,
  };
}

/** @param {string} folder */
function textIn(folder) {
  return readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(name))
    .filter((name) => !/\.(m?js|ts|json)$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
    .join('\n\n');
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function textAt(value, name) {
  if (typeof value !== 'object' || value === null) return '';
  /** @type {unknown} */
  const text = Reflect.get(value, name);
  return typeof text === 'string' ? text : '';
}
