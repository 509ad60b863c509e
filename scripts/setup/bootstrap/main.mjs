/** @file Set-up. Stands in for Electron's default app in the runtime of closed networks: opens the project named by `TRACKVAULT_APP`. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const root = resolve(process.env['TRACKVAULT_APP'] ?? '.');
const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// What Electron's own default app does: name and version decide the folder of the user's data.
app.setName(about.productName ?? about.name);
app.setVersion(about.version);
app.setAppPath(root);

// Awaited at the top level, so `ready` does not fire before the app has registered its schemes.
await import(pathToFileURL(join(root, about.main)).href);
