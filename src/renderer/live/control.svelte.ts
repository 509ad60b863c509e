/** @file Renderer. The dialogs of the control room, whatever screen asks for them, and what is sent without one. */
import type { LiveMeeting, LiveRecording, MeetingId, RecordingId } from '#contract';
import { ask } from '../api.ts';
import { archive } from '../archive.svelte.ts';
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
  /** One file of all voices: Trackvault does not archive it. */
  readonly isMixed: boolean;
}

type Stoppable = Pick<LiveRecording, 'recordingId' | 'origin' | 'kind'>;

class Control {
  /** The dialog that is open. */
  asked = $state.raw<AskedRecord | AskedStop | null>(null);

  record({ meetingId, title }: Pick<LiveMeeting, 'meetingId' | 'title'>): void {
    this.asked = { kind: 'record', meetingId, title: title ?? untitled };
  }

  stop({ recordingId, origin, kind }: Stoppable, title: string | null): void {
    const isMixed = kind === 'composite';
    this.asked = { kind: 'stop', recordingId, origin, isMixed, title: title ?? untitled };
  }

  close(): void {
    this.asked = null;
  }

  /** Sends the stop at once; the list shows “stopping” until a read confirms it. */
  stopNow(
    { recordingId, isMixed }: Pick<AskedStop, 'recordingId' | 'isMixed'>,
    title: string | null,
  ): Promise<void> {
    return attempt(async () => {
      await ask('record.stop', { recordingId });
      const text = `The stop of “${title ?? untitled}” was sent.`;
      if (isMixed) {
        toasts.say({ tone: 'info', text, detail: 'Its mixed file stays with the service.' });
        return;
      }
      toasts.say({
        tone: 'info',
        text,
        detail: 'Its files are fetched by themselves when the service has put them together.',
        action: {
          text: 'Transfers',
          run: () => {
            archive.go({ name: 'transfers', recordingId });
          },
        },
      });
    });
  }

  steer(recordingId: RecordingId, action: 'pause' | 'resume'): Promise<void> {
    return attempt(() => ask('record.steer', { recordingId, action }));
  }
}

export const control = new Control();
