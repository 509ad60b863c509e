/** @file Renderer. What the commands of the whole window do; screens provide theirs themselves. */
import type { Appearance } from '#contract';
import { ask } from '../api.ts';
import { archive } from '../archive.svelte.ts';
import { copyText } from '../clipboard.ts';
import { transfers } from '../screens/transfers.svelte.ts';
import type { Action, Actions } from './action.ts';
import { attempt } from './items.ts';

const theme = (name: Appearance['theme']): Action => ({
  run: () => void archive.change({ appearance: { theme: name } }),
  checked: () => archive.settings?.appearance.theme === name,
});

const whileOpen = (run: () => void): Action => ({ run, enabled: () => archive.libraryOpen });

export const everywhere: Actions = {
  'library.open': { run: () => void archive.chooseLibrary() },
  'library.create': { run: () => void archive.createLibrary() },
  'library.sample': { run: () => void archive.openSample(), enabled: () => !archive.sample },
  'library.reveal': whileOpen(() => void attempt(() => ask('library.reveal'))),
  'service.connect': {
    run: () => {
      archive.go({ name: 'connect' });
    },
  },
  'pull.start': {
    run: () => void archive.startPull(),
    enabled: () => archive.workspace !== null && archive.canAdd && !archive.pulling,
  },
  'pull.stop': { run: () => void archive.cancelPull(), enabled: () => archive.pulling },
  'transfers.pauseAll': {
    run: () => {
      transfers.pauseAll(archive.pull?.pausedByPerson !== true);
    },
    enabled: () => archive.canAdd && archive.workspace !== null,
    checked: () => archive.pull?.pausedByPerson === true,
  },
  'app.settings': {
    run: () => {
      archive.go({ name: 'settings', section: 'workspaces' });
    },
  },
  'view.theme.system': theme('system'),
  'view.theme.light': theme('light'),
  'view.theme.dark': theme('dark'),
  'go.today': whileOpen(() => {
    archive.go({ name: 'today' });
  }),
  'go.live': {
    run: () => {
      archive.go({ name: 'live', meetingId: null });
    },
    enabled: () => !archive.firstRun,
  },
  'go.meetings': whileOpen(() => {
    archive.go({ name: 'meetings', key: null });
  }),
  'go.transfers': whileOpen(() => {
    archive.go({ name: 'transfers', recordingId: null });
  }),
  'go.library': whileOpen(() => {
    archive.go({ name: 'library', text: '', how: 'exact' });
  }),
  'go.back': {
    run: () => {
      archive.back();
    },
    enabled: () => archive.canGoBack,
  },
  'help.logs': { run: () => void attempt(() => ask('app.openLogs')) },
  'help.diagnostics': {
    run: () =>
      void attempt(async () => {
        await copyText(await ask('app.diagnostics'), 'Diagnostics');
      }),
  },
  'help.about': {
    run: () => {
      archive.go({ name: 'settings', section: 'about' });
    },
  },
};
