/** @file Tests. Settings survive a restart, a crash and a broken file. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSettings, profileDir } from '../../../src/main/settings/index.ts';

let profile = '';
beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'trackvault-settings-'));
});
afterEach(async () => {
  await rm(profile, { recursive: true });
});

describe('settings', () => {
  it('start with defaults in a new profile', async () => {
    const settings = await openSettings(profile);
    expect(settings.get()).toMatchObject({ appearance: { theme: 'system' }, workspaces: [] });
    expect(await readdir(profile)).toEqual([]);
  });

  it('are there after a restart, the last of many changes', async () => {
    const settings = await openSettings(profile);
    await Promise.all([
      settings.change({ lastLibraryDir: '/a' }),
      settings.change({ lastLibraryDir: '/b' }),
      settings.change({ appearance: { theme: 'dark' } }),
    ]);
    const again = await openSettings(profile);
    expect(again.get()).toMatchObject({ lastLibraryDir: '/b', appearance: { theme: 'dark' } });
  });

  it('set a file aside that cannot be understood, instead of overwriting it', async () => {
    await writeFile(join(profile, 'settings.json'), '{"version":99}');
    const settings = await openSettings(profile);
    expect(settings.get().version).toBe(1);
    expect(settings.setAside).not.toBeNull();
    expect(await readFile(settings.setAside ?? '', 'utf8')).toBe('{"version":99}');
  });

  it('keep the profile where the environment says', () => {
    expect(profileDir({ TRACKVAULT_PROFILE: '/x/y' })).toBe('/x/y');
    expect(profileDir({ TRACKVAULT_PROFILE: '' })).toMatch(/trackvault/);
  });
});
