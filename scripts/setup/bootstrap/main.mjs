/** @file Set-up. Stands in for Electron's default app in the runtime of closed networks: opens the project named by `TRACKVAULT_APP`. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const root = resolve(process.env['TRACKVAULT_APP'] ?? '.');
/** @type {unknown} */
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const about = /** @type {{ name: string; productName?: string; version: string; main: string }} */ (
  manifest
);

// What Electron's own default app does, by calls that are not in the public types.
const undocumented =
  /** @type {{ setVersion: (version: string) => void; setAppPath: (path: string) => void }} */ (
    /** @type {unknown} */ (app)
  );
app.setName(about.productName ?? about.name);
undocumented.setVersion(about.version);
undocumented.setAppPath(root);

// Awaited at the top level, so `ready` does not fire before the app has registered its schemes.
await import(pathToFileURL(join(root, about.main)).href);
