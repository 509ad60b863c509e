/** @file Rules. Who may import whom; each rule's comment says what to do instead. `docs/architecture.md` draws the same picture. */

/**
 * The arrows between the modules of the main process, as drawn. A module not named on the right is out of reach.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const arrows = {
  library: [],
  realtimekit: [],
  settings: [],
  credentials: [],
  audio: ['library'],
  downloads: ['library', 'realtimekit', 'audio'],
  imports: ['library', 'audio'],
  sync: ['library', 'realtimekit', 'downloads'],
  recorder: ['library', 'realtimekit', 'sync'],
  relay: [],
};
const modules = Object.keys(arrows).join('|');

/** Files beside the modules that every module may import: time and its pace, and where the entries lie. */
const forEveryone = '^src/main/(clock|entries|throttled)\\.ts$';

/** The two faces of the main process. Only the boot lists know them. */
const faces = 'desktop|cli';

/** Nobody imports these: Electron, Node and the page start them. */
const entries = [
  '^src/main/(index|cli)\\.ts$',
  '^src/main/.+-(worker|process)\\.ts$',
  '^src/preload/index\\.ts$',
  '^src/renderer/main\\.ts$',
  '^src/renderer/parts-page/main\\.ts$',
  '\\.d\\.ts$',
];

/**
 * A package by name, wherever npm put it.
 * @param {string} name a regular expression
 */
const npm = (name) => `(^|node_modules/)(${name})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // ── The worlds ──────────────────────────────────────────────────────────────────────────────
    {
      name: 'window-not-to-main',
      comment:
        'The window knows the contract alone. Add a call to src/preload/contract/calls.ts and ask for it through src/renderer/api.ts.',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/(main/|preload/(?!contract/))' },
    },
    {
      name: 'window-and-contract-not-to-the-system',
      comment:
        'Neither the window nor the contract may touch Node or Electron. Do it in a module of src/main and cross over by a call.',
      severity: 'error',
      from: { path: '^src/(renderer|preload/contract)/' },
      to: { path: npm('electron') },
    },
    {
      name: 'window-and-contract-not-to-node',
      comment:
        'Neither the window nor the contract may touch Node. Do it in a module of src/main and cross over by a call.',
      severity: 'error',
      from: { path: '^src/(renderer|preload/contract)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contract-only-to-zod',
      comment:
        'The contract is what two worlds say to each other, so it imports zod and itself. Move what it needs into the contract, or what needs it out.',
      severity: 'error',
      from: { path: '^src/preload/contract/' },
      to: { pathNot: ['^src/preload/contract/', npm('zod')] },
    },
    {
      name: 'bridge-only-to-contract',
      comment:
        'The bridge hands calls over and does nothing else: Electron and the contract are all it imports. Logic belongs to src/main or src/renderer.',
      severity: 'error',
      from: { path: '^src/preload/index\\.ts$' },
      to: { pathNot: ['^src/preload/contract/', npm('electron')] },
    },
    {
      name: 'main-not-to-window',
      comment:
        'The main process says things to the window as events of the contract; it does not import the window.',
      severity: 'error',
      from: { path: '^src/main/' },
      to: { path: '^src/(renderer/|preload/index)' },
    },
    {
      name: 'product-not-to-tests',
      comment:
        'The product must run without tests and scripts. Move the shared part into the module of src/main that owns it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },

    // ── The modules of the main process ─────────────────────────────────────────────────────────
    {
      name: 'module-only-by-its-door',
      comment:
        'A module of src/main has one door, its index.ts. Import from there; if the door lacks what you need, add it to the door.',
      severity: 'error',
      from: { path: '^src/main/([^/]+)(/|\\.ts$)' },
      to: {
        path: `^src/main/(${modules})/`,
        pathNot: ['^src/main/$1/', '^src/main/[^/]+/index\\.ts$'],
      },
    },
    ...Object.entries(arrows).map(([module, reachable]) => ({
      name: `arrows-of-${module}`,
      comment: `src/main/${module} may use ${
        reachable.length === 0 ? 'no other module' : `${reachable.join(', ')} alone`
      }. Let the boot list (src/main/index.ts) hand the rest in as a function or an interface declared in ${module}.`,
      severity: /** @type {const} */ ('error'),
      from: { path: `^src/main/${module}/` },
      to: {
        path: '^src/main/',
        pathNot: [`^src/main/(${[module, ...reachable].join('|')})/`, forEveryone],
      },
    })),
    {
      name: 'faces-only-from-boot-lists',
      comment:
        'desktop/ and cli/ are faces: only src/main/index.ts and src/main/cli.ts know them. Hand over what is needed when the face is made.',
      severity: 'error',
      from: {
        path: '^src/main/',
        pathNot: [`^src/main/(${faces})/`, '^src/main/(index|cli)\\.ts$'],
      },
      to: { path: `^src/main/(${faces})/` },
    },
    {
      name: 'faces-not-to-each-other',
      comment:
        'The window and the command line know nothing of each other. What both need belongs to a module or beside the boot lists.',
      severity: 'error',
      from: { path: `^src/main/(${faces})/` },
      to: { path: `^src/main/(${faces})/`, pathNot: '^src/main/$1/' },
    },
    {
      name: 'boot-lists-are-imported-by-nobody',
      comment:
        'A boot list starts things when it is imported. Move the shared part into its own file.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/index\\.ts$' },
      to: { path: '^src/main/(index|cli)\\.ts$' },
    },
    {
      name: 'no-cycle',
      comment:
        'Two files that need each other are one file, or hide a third. Merge them, or move what both need into its own file.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'imported-by-somebody',
      comment:
        'Nothing in src imports this file. Delete it; or, if something starts it by its path, name it among the entries of .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: '^src/' },
      module: { path: '^src/', pathNot: entries, numberOfDependentsLessThan: 1 },
    },

    // ── Packages with one home ──────────────────────────────────────────────────────────────────
    {
      name: 'sqlite-only-in-library',
      comment:
        'SQLite is spoken in src/main/library, and in src/main/downloads for its queue. Add a named query there and call it through the door.',
      severity: 'error',
      from: { pathNot: '^src/main/(library|downloads)/' },
      to: { path: npm('better-sqlite3|@types/better-sqlite3|node:sqlite') },
    },
    {
      name: 'http-only-in-realtimekit-and-downloads',
      comment:
        'Requests leave from src/main/realtimekit (the vendor, paced) and src/main/downloads (files) alone; src/main/relay answers some. Add a typed function there.',
      severity: 'error',
      from: { pathNot: '^src/main/(realtimekit|downloads|relay)/' },
      to: { path: npm('got|undici|node:https?|https?') },
    },
    {
      name: 'keyring-only-in-credentials',
      comment:
        'Secrets go through src/main/credentials, which says where they are kept. Ask it for the token.',
      severity: 'error',
      from: { pathNot: '^src/main/credentials/' },
      to: { path: npm('@napi-rs/keyring[^/]*') },
    },
    {
      name: 'electron-only-at-the-edge',
      comment:
        'Electron is touched in src/main/index.ts, src/main/desktop/ and src/preload/index.ts, so that all else runs in plain Node. Hand in what the module needs.',
      severity: 'error',
      from: { pathNot: '^src/(main/(index\\.ts|desktop/)|preload/index\\.ts$)' },
      to: { path: npm('electron') },
    },

    // ── What can be shipped ─────────────────────────────────────────────────────────────────────
    {
      name: 'shipped-with-the-app',
      comment:
        'Main and preload run with "dependencies" alone. Move the package there, or import types only.',
      severity: 'error',
      from: { path: '^src/(main|preload)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        pathNot: npm('electron|@types/[^/]+'),
      },
    },
    {
      name: 'can-be-found',
      comment: 'This import leads nowhere. Mend the path, or install the package.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: npm('electron') },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type imports are arrows too: who needs another's types depends on it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.svelte', '.json'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
