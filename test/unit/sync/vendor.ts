/** @file Tests. A vendor's recording with everything filled in, to vary in one place. */
import {
  Link,
  type VendorFile,
  type VendorRecording,
} from '../../../src/main/realtimekit/index.ts';

export function vendorRecording(more: Partial<VendorRecording> = {}): VendorRecording {
  return {
    id: 'fffd7c39',
    status: 'UPLOADED',
    statusText: more.status ?? 'UPLOADED',
    kind: 'track',
    meetingId: 'bbb41e77',
    meetingTitle: 'Ep. 42',
    sessionId: 'e81f5a36',
    invokedAt: Date.UTC(2026, 10, 18, 9, 2, 10),
    startedAt: Date.UTC(2026, 10, 18, 9, 2, 14),
    stoppedAt: Date.UTC(2026, 10, 18, 9, 47, 31),
    durationMs: 2_717_000,
    linksExpireAt: Date.UTC(2026, 10, 25, 9, 49, 2),
    outputFileName: null,
    errorText: null,
    startReason: null,
    stopReason: null,
    files: [],
    problems: [],
    shape: 'layers',
    raw: {},
    ...more,
  };
}

export function vendorFile(fileName: string, more: Partial<VendorFile> = {}): VendorFile {
  return {
    layerName: 'default',
    fileName,
    customParticipantId: null,
    peerId: null,
    link: new Link(
      `https://files.example.org/${encodeURIComponent(fileName)}?X-Amz-Signature=feedface`,
    ),
    ...more,
  };
}
