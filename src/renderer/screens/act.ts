/** @file Renderer. Does the next step that a button beside a matter offers. */
import type { Recording } from '#contract';
import { archive } from '../archive.svelte.ts';
import { ask } from '../api.ts';
import { copyText } from '../clipboard.ts';
import { attempt } from '../commands/items.ts';
import type { Deed } from './deed.ts';
import { transfers } from './transfers.svelte.ts';

export function act(deed: Deed): void {
  switch (deed.kind) {
    case 'connect':
      archive.go({ name: 'connect' });
      break;
    case 'fetch':
      void archive.startPull();
      break;
    case 'choose-library':
      void archive.chooseLibrary();
      break;
    case 'reveal-library':
      void attempt(() => ask('library.reveal'));
      break;
    case 'retry':
      transfers.retry({ recordingId: deed.recordingId });
      break;
    case 'take':
      transfers.take([deed.recordingId]);
      break;
    case 'go-on':
      transfers.pauseAll(false);
      break;
    case 'transfers':
      archive.go({ name: 'transfers', recordingId: deed.recordingId });
      break;
    case 'reveal':
      void attempt(() => ask('library.showInFolder', { recordingId: deed.recording.recordingId }));
      break;
    case 'meeting':
      archive.go({
        name: 'meetings',
        key: meetingKey(deed.recording),
        recordingId: deed.recording.recordingId,
      });
      break;
    case 'live':
      archive.go({ name: 'live', meetingId: deed.recording.meetingId });
      break;
    case 'copy-id':
      void copyText(deed.recordingId, 'Recording id');
      break;
    case 'settings':
      archive.go({ name: 'settings', section: deed.section });
      break;
  }
}

const meetingKey = ({ meetingId, recordingId }: Recording): string =>
  meetingId ?? `recording:${recordingId}`;
