/** @file Set-up. The SQLite addon for runtimes too old for the prebuilt one: compiled once from the same package's source. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fillFolder } from './cache.mjs';
import { fetchPackage, headersPackage } from './packages.mjs';
import { findProgram, ownNode, projectRoot, run, SetupError, toolEnv } from './processes.mjs';
import { findRuntime, prebuiltNodeApi, runtimeFacts, sqliteAddonFile } from './runtime.mjs';
import { installMissing } from './system-packages.mjs';

/** @returns {import('./steps.mjs').Step} */
export function sqliteStep() {
  return {
    title: 'SQLite addon',
    lock: 'sqlite',
    isDone: () => {
      const { facts } = runtimeInUse();
      if (facts.nodeApi >= prebuiltNodeApi) return 'the prebuilt one suits this runtime';
      return existsSync(sqliteAddonFile(facts.nodeApi))
        ? `compiled before for Node-API ${String(facts.nodeApi)}`
        : undefined;
    },
    work: async (say) => {
      const { executable, facts } = runtimeInUse();
      const target = sqliteAddonFile(facts.nodeApi);
      await installMissing(['g++', 'make', 'python3'], say);
      await fillFolder(dirname(target), async (draft) => {
        const source = copySource(draft);
        const headers = await findHeaders(draft, say);
        say(`compiling for Node-API ${String(facts.nodeApi)}, a minute or two …`);
        await compile(source, headers);
        const built = join(draft, 'better_sqlite3.node');
        renameSync(join(source, 'build', 'Release', 'better_sqlite3.node'), built);
        await tryOut(executable, built);
        for (const folder of ['source', 'include']) {
          rmSync(join(draft, folder), { recursive: true, force: true });
        }
      });
      return `compiled for Node-API ${String(facts.nodeApi)}, opened and queried in the runtime and in a worker of it`;
    },
  };
}

function runtimeInUse() {
  const runtime = findRuntime();
  const facts = runtime === undefined ? undefined : runtimeFacts(runtime);
  if (runtime === undefined || facts === undefined) {
    throw new Error('the SQLite step comes after the Electron step');
  }
  return { ...runtime, facts };
}

/**
 * A copy, for the package in `node_modules` keeps its prebuilt addon for tools and tests.
 * @param {string} draft
 */
function copySource(draft) {
  const modules = join(projectRoot, 'node_modules');
  const source = join(draft, 'source');
  cpSync(join(modules, 'better-sqlite3'), source, {
    recursive: true,
    filter: (from) => !from.endsWith('prebuilds'),
  });
  cpSync(join(modules, 'node-addon-api'), join(source, 'node_modules', 'node-addon-api'), {
    recursive: true,
  });
  const recipe = join(source, 'binding.gyp');
  const text = readFileSync(recipe, 'utf8');
  const wanted = `NAPI_VERSION=${String(prebuiltNodeApi)}`;
  if (!text.includes(wanted)) {
    throw new SetupError(
      `better-sqlite3's binding.gyp no longer says ${wanted}`,
      'adapt scripts/setup/sqlite-addon.mjs to the new version of better-sqlite3.',
    );
  }
  // "Experimental" asks for no version at load time; the addon uses nothing that Node-API 9 lacks.
  writeFileSync(recipe, text.replace(wanted, 'NAPI_EXPERIMENTAL'));
  return source;
}

/**
 * A folder with `include/node/node_api.h`. Node-API headers of any version will do.
 * @param {string} draft
 * @param {import('./steps.mjs').Say} say
 */
async function findHeaders(draft, say) {
  const nodes = [process.env['npm_node_execpath'], findProgram('node'), '/usr/bin/node'];
  const found = nodes
    .filter((node) => node !== undefined)
    .map((node) => dirname(dirname(node)))
    .find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')));
  if (found !== undefined) return found;
  say(`this machine's Node came without C headers, fetching ${headersPackage.name} …`);
  await fetchPackage(headersPackage, 'include', draft);
  return draft;
}

/**
 * @param {string} source
 * @param {string} headers
 */
async function compile(source, headers) {
  const gyp = join(projectRoot, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const cache = join(source, 'gyp-cache');
  mkdirSync(cache);
  await run(
    ownNode,
    [gyp, 'rebuild', '--release', '--force_build=1', `--nodedir=${headers}`, '--jobs=max'],
    {
      cwd: source,
      env: toolEnv({ npm_config_devdir: cache }),
      nextStep: 'see the compiler messages above; a C++20 compiler (g++ 10 or newer) is needed.',
    },
  );
}

/**
 * @param {string} executable
 * @param {string} addon
 */
async function tryOut(executable, addon) {
  const sum = `new (require('better-sqlite3'))(':memory:', { nativeBinding: ${JSON.stringify(addon)} }).prepare('select 20 + 22 as n').get().n`;
  const script = `
    const { Worker } = require('node:worker_threads');
    const here = ${sum};
    new Worker(${JSON.stringify(`require('node:worker_threads').parentPort.postMessage(${sum})`)}, { eval: true })
      .on('message', (there) => process.exit(here === 42 && there === 42 ? 0 : 1));`;
  await run(executable, ['-e', script], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeoutMs: 30_000,
    nextStep:
      'the compiled addon does not work in this runtime; choose another with ELECTRON_OVERRIDE_DIST_PATH.',
  });
}
