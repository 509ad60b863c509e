/** @file Rules. Types taken seriously, every raw primitive in its one home; each message names what to use instead. */
import { defineConfig, globalIgnores } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** The first line of a file is its promise; in Svelte files it is an HTML comment. */
const fileHeader = {
  meta: {
    type: /** @type {const} */ ('suggestion'),
    schema: [],
    messages: {
      missing:
        'Begin the file with one line that says what it promises: {{ example }} (process, then one sentence).',
    },
  },
  /** @param {import('eslint').Rule.RuleContext} context */
  create(context) {
    const isSvelte = context.filename.endsWith('.svelte');
    const header = isSvelte ? /^<!-- @file \S.+/ : /^(#!.*\n)?\/\*\* @file \S.+/;
    const example = isSvelte ? '<!-- @file Renderer. … -->' : '/** @file Main process. … */';
    return {
      /** @param {import('estree').Program} node */
      Program(node) {
        if (!header.test(context.sourceCode.text)) {
          context.report({ node, messageId: 'missing', data: { example } });
        }
      },
    };
  },
};

const timeInMain = 'Take a `Clock` (src/main/clock.ts): tests turn its hands.';
const timeInWindow =
  'Use `after`, `every` or `frames` of a scope (src/renderer/scope.ts), which ends them.';
const listening = {
  main: 'Use `addAbortListener` or `once` of node:events, which take the listener off again.',
  window:
    'Use `listen` of a scope (src/renderer/scope.ts), or `on…` in markup, which take it off again.',
};
const timers = ['setTimeout', 'setInterval', 'setImmediate'];
const frames = ['requestAnimationFrame', 'requestIdleCallback'];

/**
 * @param {readonly string[]} names
 * @param {string} message
 */
const ban = (names, message) => names.map((name) => ({ name, message }));

/**
 * @param {readonly string[]} objects
 * @param {readonly string[]} properties
 * @param {string} message
 */
const banProperties = (objects, properties, message) =>
  objects.flatMap((object) => properties.map((property) => ({ object, property, message })));

/** @param {string} message */
const banListening = (message) => ({
  selector: "CallExpression[callee.property.name='addEventListener']",
  message,
});

/** Raw talk between the processes has one home on each side. */
const rawTalk = {
  name: 'electron',
  importNames: ['ipcMain', 'ipcRenderer', 'default'],
  message:
    'Processes talk by the contract: add a call to src/preload/contract/calls.ts; src/main/desktop/ipc.ts and src/preload/index.ts carry it.',
};

const promisedTimers = {
  name: 'node:timers/promises',
  message: timeInMain,
};

/** @type {import('eslint').Linter.RulesRecord} */
const noDefaultExports = {
  'no-restricted-exports': [
    'error',
    {
      restrictDefaultExports: {
        direct: true,
        named: true,
        defaultFrom: true,
        namedFrom: true,
        namespaceFrom: true,
      },
    },
  ],
};

export default defineConfig(
  globalIgnores(['out/', 'dist/', 'coverage/', 'test-results/', 'playwright-report/', 'docs/']),
  {
    linterOptions: {
      // A rule that must be broken is a wrong rule: change it here, where everyone sees it.
      noInlineConfig: true,
    },
  },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    plugins: { trackvault: { rules: { 'file-header': fileHeader } } },
    rules: {
      ...noDefaultExports,
      'trackvault/file-header': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'object-shorthand': 'error',
      'prefer-template': 'error',
      'no-console': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // What factories return are closures, not methods: they hold no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // Code points are what file names and titles are counted in.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `x === null || x.y` says which of the two it is; a chain hides it.
      '@typescript-eslint/prefer-optional-chain': 'off',
      // The reason of an abort signal is `any` by its type and an error by our habit.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingAny: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description' },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: tseslint.parser },
    },
  },
  {
    name: 'outside data is parsed, not asserted',
    files: ['src/**'],
    rules: {
      '@typescript-eslint/no-unsafe-type-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    name: 'main: time and talk have a home',
    files: ['src/main/**', 'src/preload/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...ban(timers, timeInMain),
        {
          name: 'fetch',
          message:
            'Requests leave from src/main/realtimekit and src/main/downloads, by got: paced, checked, without redirects.',
        },
      ],
      'no-restricted-properties': [
        'error',
        ...banProperties(['Date'], ['now'], timeInMain),
        ...banProperties(['globalThis'], [...timers, 'fetch'], timeInMain),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: timeInMain },
        banListening(listening.main),
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            rawTalk,
            promisedTimers,
            { ...promisedTimers, name: 'timers/promises' },
            { ...promisedTimers, name: 'node:timers' },
          ],
        },
      ],
    },
  },
  {
    name: 'the home of time',
    files: ['src/main/clock.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
    },
  },
  {
    name: 'where the types of a table meet the method they were looked up by',
    files: ['src/main/dispatch.ts', 'src/main/handlers.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-type-assertion': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    name: 'the homes of raw talk',
    files: ['src/main/desktop/ipc.ts', 'src/preload/index.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    name: 'window: whatever is opened belongs to a scope',
    files: ['src/renderer/**'],
    rules: {
      'no-restricted-globals': ['error', ...ban([...timers, ...frames], timeInWindow)],
      'no-restricted-properties': [
        'error',
        ...banProperties(['window', 'globalThis'], [...timers, ...frames], timeInWindow),
      ],
      'no-restricted-syntax': [
        'error',
        banListening(listening.window),
        {
          selector: 'AssignmentExpression[left.property.name=/^(inner|outer)HTML$/]',
          message:
            'Names and notes are hostile input: set `textContent`, or write markup in Svelte.',
        },
      ],
    },
  },
  {
    name: 'window: how effects are written',
    files: ['src/renderer/**'],
    rules: {
      // `void value;` in an effect names what it depends on.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // A cache that nobody watches is a plain Map; what is watched is `$state`.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    name: 'the home of what is opened',
    files: ['src/renderer/scope.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
    },
  },
  {
    name: 'tests',
    files: ['test/**'],
    rules: {
      // Test doubles keep the shape of an asynchronous world.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    name: 'tools ask for a default export',
    files: ['*.config.{js,ts}', '.*.cjs'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    name: 'plain JavaScript, typed by its comments',
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: globals.node },
  },
  {
    name: 'components are default exports by nature',
    files: ['**/*.svelte'],
    rules: {
      'no-restricted-exports': 'off',
      // Markup is `any` to this parser; svelte-check sees its types and is strict about them.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
