/** @file Packaging. What goes into the app people install, on which Electron, with which fuses, for which systems. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { iconFolder, packageFolder, runtimeToPack } from './scripts/package/parts.mjs';

const { electronDist, electronVersion, sqliteAddonFolder } = runtimeToPack();

const target = '${platform}-${arch}';

const config: Configuration = {
  appId: 'app.trackvault.desktop',
  productName: 'Trackvault',
  copyright: 'Trackvault',
  // Debian packages must name one; there is none yet.
  extraMetadata: { homepage: 'https://trackvault.invalid/' },
  directories: { output: packageFolder, buildResources: iconFolder },
  electronDist,
  electronVersion,
  npmRebuild: false,
  publish: null,

  // Named one by one: what nobody named is not shipped. JavaScript packages are inside the bundles of `out/`.
  files: [
    'package.json',
    'out/{main,preload,renderer}/**',
    // The page of all parts is for development.
    '!out/renderer/{parts-page.html,assets/parts-page-*}',
    'resources/*.png',
    '!node_modules/**',
    {
      from: 'node_modules/better-sqlite3',
      to: 'node_modules/better-sqlite3',
      filter: ['package.json', 'LICENSE', 'lib/**'],
    },
    sqliteAddonFolder === null
      ? {
          from: 'node_modules/better-sqlite3/prebuilds',
          to: 'node_modules/better-sqlite3/prebuilds',
          filter: [`*${target}.node`],
        }
      : // Where the package looks before it takes a prebuilt addon.
        {
          from: sqliteAddonFolder,
          to: 'node_modules/better-sqlite3/build/Release',
          filter: ['*.node'],
        },
    {
      from: 'node_modules/@napi-rs',
      to: 'node_modules/@napi-rs',
      filter: [
        'keyring/{package.json,LICENSE,index.js}',
        `keyring-${target}*/{package.json,LICENSE*,*.node}`,
      ],
    },
  ],
  extraResources: [{ from: 'resources/sample-library', to: 'sample-library' }],
  asar: true,
  // The system loads no library from inside an archive.
  asarUnpack: ['**/*.node'],
  // The runtime of closed networks brings an app of its own, which opens other apps.
  afterExtract: async ({ appOutDir }) => {
    await rm(join(appOutDir, 'resources', 'app'), { recursive: true, force: true });
  },

  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    onlyLoadAppFromAsar: true,
    // Validates on macOS and Windows; Electron does not do it on Linux.
    enableEmbeddedAsarIntegrityValidation: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
    // There are no cookies; encrypting none would cost a second entry in the person's keychain.
    enableCookieEncryption: false,
  },

  protocols: [{ name: 'Trackvault', schemes: ['trackvault'] }],
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.productivity',
    icon: join(iconFolder, 'icon.icns'),
    hardenedRuntime: true,
    gatekeeperAssess: false,
    // V8 compiles at run time; nothing else of the hardened runtime is given up.
    entitlements: 'scripts/package/entitlements.mac.plist',
    entitlementsInherit: 'scripts/package/entitlements.mac.plist',
  },
  win: { target: ['nsis'], icon: join(iconFolder, 'icon.ico') },
  // The person's own account: no administrator is asked.
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  linux: {
    target: ['AppImage', 'deb'],
    executableName: 'trackvault',
    // Windows find their entry, hence their icon, by it.
    syncDesktopName: true,
    category: 'AudioVideo',
    icon: iconFolder,
    maintainer: 'Trackvault',
    synopsis: 'Archive of RealtimeKit track recordings',
  },
};

export default config;
