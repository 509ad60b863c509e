/** @file Renderer. What can be done with what the list of meetings shows; verifying is followed recording by recording. */
import { RecordingId, type Recording } from '#contract';
import { ask } from '../api.ts';
import type { Actions } from '../commands/action.ts';
import { attempt, itemActions, type Item } from '../commands/items.ts';
import { bytesText } from '../parts/format.ts';
import { toasts } from '../parts/toasts.svelte.ts';
import { foundText, verifications } from './verification.svelte.ts';

const recordingKey = 'recording:';

/** The recordings an item stands for, all of them, the newest first. */
async function recordingsOf(item: Item): Promise<readonly Recording[]> {
  if (item.kind === 'recording') return [item.recording];
  const meetingId = item.kind === 'meeting' ? item.meeting.meetingId : null;
  if (meetingId !== null) {
    const recordings: Recording[] = [];
    let after: string | null = null;
    do {
      const page: { items: Recording[]; next: string | null } = await ask('library.recordings', {
        meetingId,
        after,
        limit: 500,
      });
      recordings.push(...page.items);
      after = page.next;
    } while (after !== null);
    return recordings;
  }
  const recordingId =
    item.kind === 'track'
      ? item.track.recordingId
      : RecordingId.parse(item.meeting.key.slice(recordingKey.length));
  const recording = await ask('library.recording', { recordingId });
  return recording === null ? [] : [recording];
}

async function verify(item: Item): Promise<void> {
  const found = await verifications.run(await recordingsOf(item));
  if (found === null) {
    toasts.say({ tone: 'info', text: 'There is no file on disk to verify.' });
    return;
  }
  const isGood = found.damaged + found.missing === 0;
  toasts.say({
    tone: isGood ? 'good' : 'bad',
    text: `${foundText(found)}.`,
    detail: isGood
      ? `${bytesText(found.bytes)} checked.`
      : 'Restore what is damaged or missing from a backup.',
  });
}

/** Actions of the table's `item.*` for whatever `current` names then. */
export function meetingActions(current: () => Item | null): Actions {
  const actions = itemActions(current);
  const enabled = actions['item.verify']?.enabled;
  return {
    ...actions,
    'item.verify': {
      ...(enabled === undefined ? {} : { enabled }),
      run: () => {
        const item = current();
        if (item !== null) void attempt(() => verify(item));
      },
    },
  };
}
