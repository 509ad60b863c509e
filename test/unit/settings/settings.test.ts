/** @file Tests. Settings survive a restart, a crash and a broken file. */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
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

  it('keep workspaces and library of a file from before there were more of them', async () => {
    const workspace = {
      workspaceId: 'w',
      label: 'Support',
      accountId: 'a',
      appId: 'b',
      apiRoot: 'https://api.example/v4',
    };
    const former = {
      version: 1,
      appearance: { theme: 'dark' },
      workspaces: [workspace],
      currentWorkspaceId: 'w',
      lastLibraryDir: '/archive',
      window: { width: 1000, height: 700, maximized: false },
    };
    await writeFile(join(profile, 'settings.json'), JSON.stringify(former));
    const settings = await openSettings(profile);
    expect(settings.get()).toMatchObject(former);
    expect(settings.get().fetching.automatic).toBe(true);
  });

  it('keep workspaces where another version wrote looks and wishes that are not known here', async () => {
    const workspaces = [{ workspaceId: 'w', label: '', accountId: 'a', appId: 'b', apiRoot: 'c' }];
    const other = {
      version: 1,
      appearance: { theme: 'sepia' },
      layout: { panes: {}, closed: [], meetingColumns: ['mood'], meetingSort: { by: 'mood' } },
      fetching: { automatic: true, everyMinutes: 0.5, atOnce: 12 },
      libraries: [{ dir: '/archive' }],
      workspaces,
    };
    await writeFile(join(profile, 'settings.json'), JSON.stringify(other));
    const settings = await openSettings(profile);
    expect(settings.setAside).toBeNull();
    expect(settings.get()).toMatchObject({
      workspaces,
      appearance: { theme: 'system' },
      layout: { meetingSort: { by: 'when' } },
      fetching: { atOnce: 3 },
      libraries: [],
    });
  });

  it('set aside what cannot be read, instead of writing over it', async () => {
    // A folder under this name: like a file without rights, also for an administrator.
    await mkdir(join(profile, 'settings.json'));
    const settings = await openSettings(profile);
    await settings.change({ lastLibraryDir: '/a' });
    expect(await readdir(profile)).toEqual(['settings.json', 'settings.json.unreadable']);
  });

  it('keep the profile where the environment says', () => {
    expect(profileDir({ TRACKVAULT_PROFILE: '/x/y' })).toBe('/x/y');
    expect(profileDir({ TRACKVAULT_PROFILE: '' })).toMatch(/trackvault/);
  });
});
