/** @file Tests. Every layer rule is broken once on purpose and must complain by its name. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type PlantedProject, plantProject } from '../support/planted-project.ts';

const modules = [
  'audio',
  'credentials',
  'downloads',
  'imports',
  'library',
  'realtimekit',
  'recorder',
  'settings',
  'sync',
];

/** A tree that keeps every rule: boot lists, doors, faces, contract, window. */
const lawful = [
  [
    'src/main/index.ts',
    [...modules.map((name) => `./${name}/index.ts`), './desktop/window.ts', './handlers.ts']
      .map((path) => `import '${path}';`)
      .join('\n'),
  ],
  ['src/main/cli.ts', `import './cli/program.ts';`],
  ['src/main/handlers.ts', `import './library/index.ts'; import '#contract';`],
  ['src/main/clock.ts', `export const now = 1;`],
  ['src/main/desktop/window.ts', `import 'electron'; import '../library/index.ts';`],
  ['src/main/cli/program.ts', `import '../sync/index.ts';`],
  ...modules.map((name) => [`src/main/${name}/index.ts`, `import '../clock.ts';`] as const),
  ['src/main/library/index.ts', `import 'better-sqlite3'; import './inner.ts';`],
  ['src/main/library/inner.ts', `import '#contract';`],
  ['src/main/realtimekit/index.ts', `import 'got';`],
  ['src/main/credentials/index.ts', `import '@napi-rs/keyring';`],
  ['src/main/sync/index.ts', `import '../library/index.ts'; import '../downloads/index.ts';`],
  ['src/preload/index.ts', `import 'electron'; import '#contract';`],
  ['src/preload/contract/index.ts', `import 'zod';`],
  ['src/renderer/main.ts', `import App from './App.svelte'; import '#contract'; App;`],
  ['src/renderer/App.svelte', `<script lang="ts">import './screen.ts';</script>`],
  ['src/renderer/screen.ts', `export const screen = 1;`],
  ['test/support/thing.ts', `export const thing = 1;`],
] as const;

/** rule, file, what it must not import (or the whole file, when it stands in for a lawful one). */
const planted = [
  ['window-not-to-main', 'src/renderer/a.ts', '../main/library/index.ts'],
  ['window-not-to-main', 'src/renderer/b.ts', '../preload/index.ts'],
  ['window-not-to-main', 'src/renderer/C.svelte', '../main/clock.ts'],
  ['window-and-contract-not-to-the-system', 'src/renderer/d.ts', 'electron'],
  ['window-and-contract-not-to-the-system', 'src/preload/contract/e.ts', 'electron'],
  ['window-and-contract-not-to-node', 'src/renderer/f.ts', 'node:fs'],
  ['window-and-contract-not-to-node', 'src/preload/contract/g.ts', 'path'],
  ['contract-only-to-zod', 'src/preload/contract/h.ts', 'commander'],
  ['contract-only-to-zod', 'src/preload/contract/i.ts', '../../main/clock.ts'],
  ['bridge-only-to-contract', 'src/preload/index.ts', 'zod'],
  ['main-not-to-window', 'src/main/sync/j.ts', '../../renderer/screen.ts'],
  ['product-not-to-tests', 'src/main/sync/k.ts', '../../../test/support/thing.ts'],
  ['module-only-by-its-door', 'src/main/sync/l.ts', '../library/inner.ts'],
  ['module-only-by-its-door', 'src/main/dispatch.ts', './library/inner.ts'],
  ['arrows-of-library', 'src/main/library/m.ts', '../realtimekit/index.ts'],
  ['arrows-of-realtimekit', 'src/main/realtimekit/m.ts', '../library/index.ts'],
  ['arrows-of-settings', 'src/main/settings/m.ts', '../credentials/index.ts'],
  ['arrows-of-credentials', 'src/main/credentials/m.ts', '../settings/index.ts'],
  ['arrows-of-audio', 'src/main/audio/m.ts', '../downloads/index.ts'],
  ['arrows-of-downloads', 'src/main/downloads/m.ts', '../sync/index.ts'],
  ['arrows-of-imports', 'src/main/imports/m.ts', '../realtimekit/index.ts'],
  ['arrows-of-sync', 'src/main/sync/m.ts', '../recorder/index.ts'],
  ['arrows-of-relay', 'src/main/relay/m.ts', '../realtimekit/index.ts'],
  ['arrows-of-recorder', 'src/main/recorder/m.ts', '../downloads/index.ts'],
  ['faces-only-from-boot-lists', 'src/main/compose.ts', './desktop/window.ts'],
  ['faces-not-to-each-other', 'src/main/cli/n.ts', '../desktop/window.ts'],
  ['boot-lists-are-imported-by-nobody', 'src/main/o.ts', './index.ts'],
  ['no-cycle', 'src/main/sync/p.ts', './q.ts'],
  ['sqlite-only-in-library', 'src/main/sync/r.ts', 'better-sqlite3'],
  ['http-only-in-realtimekit-and-downloads', 'src/main/sync/s.ts', 'got'],
  ['http-only-in-realtimekit-and-downloads', 'src/main/sync/t.ts', 'node:https'],
  ['keyring-only-in-credentials', 'src/main/sync/u.ts', '@napi-rs/keyring'],
  ['electron-only-at-the-edge', 'src/main/sync/v.ts', 'electron'],
  ['shipped-with-the-app', 'src/main/sync/w.ts', 'mediabunny'],
  ['can-be-found', 'src/main/sync/x.ts', './nowhere.ts'],
  ['imported-by-somebody', 'src/main/sync/y.ts', '../clock.ts'],
] as const;

/** The other half of the planted cycle. */
const partner = ['src/main/sync/q.ts', `import './p.ts';`] as const;

const Report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

const Config = z.object({
  forbidden: z.array(z.object({ name: z.string(), comment: z.string() })),
});

async function complaints(project: PlantedProject): Promise<string[]> {
  const answer = await project.run('dependency-cruiser/bin/dependency-cruiser.mjs', [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'src',
  ]);
  const { summary } = Report.parse(JSON.parse(answer));
  return summary.violations.map(({ from, rule }) => `${rule.name} in ${from}`);
}

describe('layer rules', () => {
  let project: PlantedProject;
  let heard: string[];

  beforeAll(async () => {
    const plants = planted.map(([, file, target]) => {
      const text = `import '${target}';`;
      return [
        file,
        file.endsWith('.svelte') ? `<script lang="ts">${text}</script>` : text,
      ] as const;
    });
    project = await plantProject([...lawful, ...plants, partner]);
    heard = await complaints(project);
  });
  afterAll(() => project.remove());

  test('a lawful tree is left in peace', async () => {
    const peaceful = await plantProject(lawful);
    try {
      expect(await complaints(peaceful)).toEqual([]);
    } finally {
      await peaceful.remove();
    }
  });

  test.each(planted)('%s complains about %s importing %s', (rule, file) => {
    expect(heard).toContain(`${rule} in ${file}`);
  });

  test('no rule is without a planted violation, and each says what to do instead', () => {
    const config: unknown = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
    const { forbidden } = Config.parse(config);
    expect(forbidden.map((rule) => rule.name).sort()).toEqual(
      [...new Set(planted.map(([rule]) => rule))].sort(),
    );
    for (const { comment } of forbidden) expect(comment).toMatch(/[.;] \S/);
  });
});
