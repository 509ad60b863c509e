/** @file Tests. What the settings say of workspaces, libraries and licences; which apps fit a filter. */
import { describe, expect, it } from 'vitest';
import type { KnownLibrary } from '../../../src/preload/contract/settings.ts';
import { fittingApps, needsFilter } from '../../../src/renderer/screens/app-list.ts';
import { relayWords } from '../../../src/renderer/screens/settings/relay-words.ts';
import {
  folderName,
  holdsText,
  lastOpenText,
} from '../../../src/renderer/screens/settings/library-words.ts';
import { findLicences } from '../../../src/renderer/screens/settings/licence-list.ts';
import { nameOf, otherHost } from '../../../src/renderer/screens/settings/workspace-words.ts';

describe('a workspace', () => {
  it('names its host only where that is not the public API', () => {
    expect(otherHost({ apiRoot: '' })).toBeNull();
    expect(otherHost({ apiRoot: 'https://api.cloudflare.com/client/v4' })).toBeNull();
    expect(otherHost({ apiRoot: 'http://127.0.0.1:8787/client/v4' })).toBe('127.0.0.1:8787');
    expect(otherHost({ apiRoot: 'https://api.cloudflare.com.example/client/v4' })).toBe(
      'api.cloudflare.com.example',
    );
  });

  it('is called by its label, or by its app', () => {
    expect(nameOf({ label: 'Support', appId: 'app-1' })).toBe('Support');
    expect(nameOf({ label: '', appId: 'app-1' })).toBe('app-1');
  });
});

describe('a known library', () => {
  const library: KnownLibrary = {
    libraryId: 'one',
    dir: '/home/ada/Calls/',
    open: false,
    missing: false,
    lastOpenedAt: 0,
    recordings: 1,
    tracks: 4,
    bytes: 2_400_000,
  };

  it('is called by its folder on any system', () => {
    expect(folderName('/home/ada/Calls/')).toBe('Calls');
    expect(folderName('D:\\Archive\\Calls 2026')).toBe('Calls 2026');
    expect(folderName('/')).toBe('/');
  });

  it('tells what it holds, and when it was open unless it is', () => {
    expect(holdsText(library)).toBe('1 recording, 4 tracks, 2.4 MB');
    expect(holdsText({ recordings: 0, tracks: 0, bytes: 0 })).toBe('Empty');
    expect(lastOpenText(library, 3 * 3_600_000)).toBe('open last 3 h ago');
    expect(lastOpenText({ ...library, open: true }, 3 * 3_600_000)).toBe('');
  });
});

describe('licences', () => {
  const all = [
    { name: 'svelte', version: '5.0.0', licence: 'MIT', text: '' },
    { name: 'wavesurfer.js', version: '8.0.0', licence: 'BSD-3-Clause', text: '' },
  ];

  it('are found by every word of name or licence', () => {
    expect(findLicences(all, '')).toEqual(all);
    expect(findLicences(all, 'bsd wave').map(({ name }) => name)).toEqual(['wavesurfer.js']);
    expect(findLicences(all, 'mit wave')).toEqual([]);
  });
});

describe('the apps of an account', () => {
  const apps = [
    { id: 'a1', name: 'Studio' },
    { id: 'b2', name: 'Éducation' },
    { id: 'c3', name: null },
  ];

  it('fit by name or id, and the chosen one always does', () => {
    expect(fittingApps(apps, '', '')).toEqual(apps);
    expect(fittingApps(apps, ' éDUC ', '').map(({ id }) => id)).toEqual(['b2']);
    expect(fittingApps(apps, 'c3', 'a1').map(({ id }) => id)).toEqual(['a1', 'c3']);
  });

  it('are filtered only when they are many', () => {
    expect(needsFilter(apps)).toBe(false);
    expect(
      needsFilter(Array.from({ length: 9 }, (_, at) => ({ id: String(at), name: null }))),
    ).toBe(true);
  });
});

describe('a relay that is listened for', () => {
  const listening = {
    state: 'listening',
    port: 8790,
    taken: 0,
    refused: 0,
    takenAt: null,
  } as const;

  it('is told with where, how much came and when last', () => {
    expect(relayWords(listening, 0).facts).toBe('on http://127.0.0.1:8790/ · nothing came yet');
    expect(relayWords({ ...listening, taken: 2, takenAt: 0 }, 5 * 60_000).facts).toContain(
      '2 events taken, the last 5 min ago',
    );
    expect(relayWords({ ...listening, refused: 3 }, 0).facts).toContain('3 refused: not signed');
    expect(relayWords({ state: 'off' }, 0).state.text).toBe('Not listening');
  });
});
