/** @file Renderer. The dialogs of the control room, whatever screen asks for them, and what is sent without one. */
import type { LiveMeeting, LiveRecording, MeetingId, RecordingId } from '#contract';
import { ask } from '../api.ts';
import { attempt } from '../commands/items.ts';
import { toasts } from '../parts/toasts.svelte.ts';
import { untitled } from '../screens/meeting-words.ts';

export interface AskedRecord {
  readonly kind: 'record';
  readonly meetingId: MeetingId;
  readonly title: string;
}

export interface AskedStop {
  readonly kind: 'stop';
  readonly recordingId: RecordingId;
  readonly title: string;
  readonly origin: LiveRecording['origin'];
}

class Control {
  /** The dialog that is open. */
  asked = $state.raw<AskedRecord | AskedStop | null>(null);

  record({ meetingId, title }: Pick<LiveMeeting, 'meetingId' | 'title'>): void {
    this.asked = { kind: 'record', meetingId, title: title ?? untitled };
  }

  stop(
    { recordingId, origin }: Pick<LiveRecording, 'recordingId' | 'origin'>,
    title: string | null,
  ): void {
    this.asked = { kind: 'stop', recordingId, origin, title: title ?? untitled };
  }

  close(): void {
    this.asked = null;
  }

  /** Sends the stop at once; the list shows “stopping” until a read confirms it. */
  stopNow(recordingId: RecordingId, title: string | null): Promise<void> {
    return attempt(async () => {
      await ask('record.stop', { recordingId });
      toasts.say({
        tone: 'info',
        text: `The stop of “${title ?? untitled}” was sent.`,
        detail: 'Its files are fetched by themselves when the service has put them together.',
      });
    });
  }

  steer(recordingId: RecordingId, action: 'pause' | 'resume'): Promise<void> {
    return attempt(() => ask('record.steer', { recordingId, action }));
  }
}

export const control = new Control();
