/** @file Tests. Every house rule of the linter is broken once on purpose and must say what to do instead. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type PlantedProject, plantProject } from '../support/planted-project.ts';

const header = '/** @file Main process. Stands here to be complained about. */';

/** Code in the one place where it is allowed. */
const lawful = [
  ['src/main/clock.ts', `export const now = (): number => Date.now();`],
  ['src/main/desktop/ipc.ts', `import { ipcMain } from 'electron';\nexport const ipc = ipcMain;`],
  [
    'src/renderer/scope.ts',
    `export const after = (ms: number, run: () => void): number => window.setTimeout(run, ms);`,
  ],
  ['vitest.config.ts', `export default 1;`],
] as const;

/** what, rule, file, code, a part of the complaint */
const planted = [
  [
    'a timer in main',
    'no-restricted-globals',
    'src/main/a.ts',
    'setTimeout(() => undefined, 1);',
    'Clock',
  ],
  [
    'the time of day in main',
    'no-restricted-properties',
    'src/main/b.ts',
    'export const at = Date.now();',
    'Clock',
  ],
  [
    'a new Date in main',
    'no-restricted-syntax',
    'src/main/c.ts',
    'export const at = new Date();',
    'Clock',
  ],
  [
    'promised timers in main',
    'no-restricted-imports',
    'src/main/d.ts',
    `export { setTimeout } from 'node:timers/promises';`,
    'Clock',
  ],
  [
    'a raw listener in main',
    'no-restricted-syntax',
    'src/main/e.ts',
    `new AbortController().signal.addEventListener('abort', () => undefined);`,
    'addAbortListener',
  ],
  [
    'a request past the client',
    'no-restricted-globals',
    'src/main/f.ts',
    `void fetch('https://example.org');`,
    'src/main/realtimekit',
  ],
  [
    'raw ipcMain',
    'no-restricted-imports',
    'src/main/g.ts',
    `export { ipcMain } from 'electron';`,
    'contract',
  ],
  [
    'raw ipcRenderer',
    'no-restricted-imports',
    'src/main/desktop/window.ts',
    `export { ipcRenderer } from 'electron';`,
    'contract',
  ],
  [
    'an any',
    '@typescript-eslint/no-explicit-any',
    'src/main/h.ts',
    'export const x: any = 1;',
    'different type',
  ],
  [
    'a non-null assertion',
    '@typescript-eslint/no-non-null-assertion',
    'src/main/i.ts',
    'export const x = process.env[1]!;',
    'non-null',
  ],
  [
    'an assertion about outside data',
    '@typescript-eslint/no-unsafe-type-assertion',
    'src/main/j.ts',
    `export const x = JSON.parse('1') as number;`,
    'guard',
  ],
  ['a default export', 'no-restricted-exports', 'src/main/k.ts', 'export default 1;', 'default'],
  [
    'a silenced compiler',
    '@typescript-eslint/ban-ts-comment',
    'src/main/l.ts',
    `// @ts-ignore because\nexport const x: number = 'a';`,
    'ts-ignore',
  ],
  [
    'a silenced rule',
    'no-restricted-exports',
    'src/main/m.ts',
    '/* eslint-disable */\nexport default 1;',
    'default',
  ],
  [
    'a floating promise',
    '@typescript-eslint/no-floating-promises',
    'src/main/n.ts',
    'Promise.resolve(1);',
    'handle',
  ],
  [
    'a timer in the window',
    'no-restricted-globals',
    'src/renderer/a.ts',
    'setTimeout(() => undefined, 1);',
    'scope',
  ],
  [
    'a timer by its full name',
    'no-restricted-properties',
    'src/renderer/b.ts',
    'window.setInterval(() => undefined, 1);',
    'scope',
  ],
  [
    'a raw frame in the window',
    'no-restricted-globals',
    'src/renderer/c.ts',
    'requestAnimationFrame(() => undefined);',
    'scope',
  ],
  [
    'a raw listener in the window',
    'no-restricted-syntax',
    'src/renderer/d.ts',
    `window.addEventListener('blur', () => undefined);`,
    'scope',
  ],
  [
    'markup from a name',
    'no-restricted-syntax',
    'src/renderer/e.ts',
    `document.body.innerHTML = '<b>';`,
    'textContent',
  ],
  [
    'markup from a name in Svelte',
    'svelte/no-at-html-tags',
    'src/renderer/F.svelte',
    '{@html location.hash}',
    'XSS',
  ],
  [
    'a timer in Svelte',
    'no-restricted-globals',
    'src/renderer/G.svelte',
    '<script lang="ts">setTimeout(() => undefined, 1);</script>',
    'scope',
  ],
] as const;

const Report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(z.object({ ruleId: z.string().nullable(), message: z.string() })),
  }),
);

describe('house rules', () => {
  let project: PlantedProject;
  let heard: { file: string; rule: string | null; message: string }[];

  beforeAll(async () => {
    const withHeader = [...lawful, ...planted.map(([, , file, code]) => [file, code] as const)].map(
      ([file, code]) =>
        [
          file,
          `${file.endsWith('.svelte') ? '<!-- @file Renderer. Planted. -->' : header}\n${code}\n`,
        ] as const,
    );
    const bare = ['src/main/bare.ts', 'export const bare = 1;\n'] as const;
    project = await plantProject([...withHeader, bare]);
    const answer = await project.run('eslint/bin/eslint.js', [
      '--format=json',
      'src',
      'vitest.config.ts',
    ]);
    heard = Report.parse(JSON.parse(answer)).flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, message }) => ({
        file: filePath.replaceAll('\\', '/'),
        rule: ruleId,
        message,
      })),
    );
  });
  afterAll(() => project.remove());

  test.each(planted)('%s is refused by %s', (_what, rule, file, _code, hint) => {
    const complaints = heard.filter((one) => one.file.endsWith(file) && one.rule === rule);
    expect(complaints.map((one) => one.message).join('\n')).toContain(hint);
  });

  test('a file without its promise in the first line is refused', () => {
    expect(
      heard.some((one) => one.file.endsWith('bare.ts') && one.rule === 'trackvault/file-header'),
    ).toBe(true);
  });

  test.each(lawful)('the one home in %s is left in peace', (file) => {
    expect(heard.filter((one) => one.file.endsWith(file))).toEqual([]);
  });
});
