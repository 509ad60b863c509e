/** @file Renderer. The screens there are, and the way back after the page died. */
import { z } from 'zod';
import { MeetingId, Moment, RecordingId, TrackId } from '#contract';

export const SettingsSection = z.enum([
  'workspaces',
  'libraries',
  'appearance',
  'fetching',
  'privacy',
  'about',
]);
export type SettingsSection = z.infer<typeof SettingsSection>;

export const Screen = z.discriminatedUnion('name', [
  z.object({ name: z.literal('today') }),
  z.object({
    name: z.literal('live'),
    /** The call to open; null: as it was. */
    meetingId: MeetingId.nullable(),
  }),
  z.object({
    name: z.literal('meetings'),
    /** Key of the meeting to select; null: as it was. */
    key: z.string().nullable(),
    /** One of its recordings to bring into sight, with who was to be in it. */
    recordingId: RecordingId.optional(),
  }),
  z.object({ name: z.literal('transfers'), recordingId: RecordingId.nullable() }),
  z.object({ name: z.literal('library'), text: z.string(), how: z.enum(['exact', 'prefix']) }),
  z.object({
    name: z.literal('review'),
    recordingId: RecordingId,
    trackId: TrackId.nullable(),
    /** Where the playhead begins; null: at the beginning. */
    at: Moment.nullable(),
  }),
  z.object({ name: z.literal('connect') }),
  z.object({ name: z.literal('settings'), section: SettingsSection }),
]);
export type Screen = z.infer<typeof Screen>;

const place = 'trackvault.screen';

/** Notes the screen where the next page of this window finds it, should this one die. */
export function noteScreen(screen: Screen): void {
  sessionStorage.setItem(place, JSON.stringify(screen));
}

/** The screen the page before this one showed; null when none was noted or it makes no sense. */
export function notedScreen(): Screen | null {
  try {
    const noted: unknown = JSON.parse(sessionStorage.getItem(place) ?? 'null');
    return Screen.safeParse(noted).data ?? null;
  } catch {
    return null;
  }
}
