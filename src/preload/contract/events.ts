/** @file Contract. What main tells the window unasked: ids to reload or the whole small list, at most five a second. */
import { z } from 'zod';
import { RecordingId, TrackId } from './nouns.ts';
import { PullStatus } from './pull.ts';
import { LibraryStatus, Settings } from './settings.ts';
import { CommandId } from './commands.ts';
import { DeepLink } from './deep-link.ts';
import { FailureData } from './errors.ts';
import { Forecast } from './forecast.ts';
import { LiveNow } from './live.ts';

export const events = {
  /** Reload what shows these recordings. */
  'library.changed': z.object({ recordingIds: z.array(RecordingId) }),
  'library.status': LibraryStatus,
  'pull.status': PullStatus,
  /** Told when it changes what a person should know. */
  'transfers.forecast': Forecast,
  'live.now': LiveNow,
  /** `track://<id>/peaks` holds more than before; `done` when it is whole. */
  'review.waveform': z.object({
    trackId: TrackId,
    done: z.boolean(),
    /** Part of the file decoded so far, 0 to 1. */
    progress: z.number(),
    failure: FailureData.nullable(),
  }),
  'app.settings': Settings,
  /** A menu item was chosen, or the tray. */
  'app.command': z.object({ id: CommandId }),
  /** An address was opened while the app runs. */
  'app.link': DeepLink,
  /** A helper process died and was started again; nothing was lost. */
  'app.recovered': z.object({ what: z.enum(['media-process']) }),
  'workspaces.changed': z.object({ count: z.number() }),
} as const;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventOf<Name extends EventName> = z.output<Events[Name]>;

export const isEventName = (text: string): text is EventName => Object.hasOwn(events, text);
