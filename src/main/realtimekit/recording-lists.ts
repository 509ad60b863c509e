/** @file Main process. Lists recordings under filters the service may read in more than one way (contract 7.4, U8). */
import type { Query } from './api-root.ts';
import type { RecordingFilter } from './kit.ts';
import { isAboutQuery } from './refusal.ts';
import { recordingStatuses, type VendorRecording } from './vendor.ts';

/**
 * Yields each recording that fits, once. Several statuses are asked for one by one, in the order a
 * recording passes through them, so that one which moves on meanwhile is met again later. A status
 * the service will not filter by is filtered here. `meeting_id` is filtered here in any case.
 */
export async function* listRecordings(
  list: (query: Query) => AsyncIterable<VendorRecording>,
  filter: RecordingFilter,
): AsyncGenerator<VendorRecording> {
  const { meetingId, statuses } = filter;
  const wanted = new Set<string>(statuses ?? []);
  const given = new Set<string>();
  const fits = (recording: VendorRecording) =>
    !given.has(recording.id) &&
    (statuses === undefined || wanted.has(recording.status)) &&
    (meetingId === undefined || (recording.meetingId ?? meetingId) === meetingId);

  async function* fitting(status: string | undefined): AsyncGenerator<VendorRecording> {
    for await (const recording of list({ meeting_id: meetingId, status })) {
      if (!fits(recording)) continue;
      given.add(recording.id);
      yield recording;
    }
  }

  if (statuses === undefined) {
    yield* fitting(undefined);
    return;
  }
  try {
    for (const status of recordingStatuses) if (wanted.has(status)) yield* fitting(status);
  } catch (error) {
    if (!isAboutQuery(error)) throw error;
    yield* fitting(undefined);
  }
}
