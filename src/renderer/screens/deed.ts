/** @file Renderer. The next step beside a matter, as data. */
import type { Recording, RecordingId } from '#contract';
import type { SettingsSection } from '../navigation.ts';

export type Deed =
  | { kind: 'connect' }
  | { kind: 'fetch' }
  | { kind: 'choose-library' }
  | { kind: 'reveal-library' }
  | { kind: 'retry'; recordingId: RecordingId }
  | { kind: 'take'; recordingId: RecordingId }
  | { kind: 'go-on' }
  /** Null: the whole list. */
  | { kind: 'transfers'; recordingId: RecordingId | null }
  | { kind: 'reveal'; recording: Recording }
  | { kind: 'meeting'; recording: Recording }
  /** The call, where a recording is stopped and ordered. */
  | { kind: 'live'; recording: Recording }
  /** For whoever asks the service's support. */
  | { kind: 'copy-id'; recordingId: RecordingId }
  | { kind: 'settings'; section: SettingsSection };
