/** @file Sandbox. The form of a scenario: meetings, people, calls and recordings, with times relative to the clock's start. */

export interface ScenarioPerson {
  /** The participant id, which is the `user_id` (contract 6.3). */
  readonly userId: string;
  readonly customId: string;
  readonly name: string | null;
  readonly preset: string;
  /** The name used in the calls, when it differs. */
  readonly displayName?: string | null;
}

/** How a file's name departs from the template (contract 9). */
export type NameStyle = 'usual' | 'media-kind' | 'fraction';

export interface ScenarioFile {
  /** Path under `test/fixtures/audio/`; must be a track of the call's truth unless `stampOffsetMs` is given. */
  readonly audio: string;
  readonly style?: NameStyle;
  readonly layerName?: string;
  /** Ids in the name that nobody knows, instead of those of the connection. */
  readonly userId?: string;
  readonly peerId?: string;
  /** A literal name that follows no template. */
  readonly fileName?: string;
  /** Not listed until `growFiles`. */
  readonly late?: boolean;
}

export type ScenarioRecording =
  | {
      readonly kind: 'track';
      readonly id: string;
      readonly status: string;
      readonly prefix: string;
      /** Default: every track of the call, in the usual style. */
      readonly files?: readonly ScenarioFile[];
      readonly errMessage?: string;
      /** Names by reading B of U13: all stamps are the beginning of the recording. */
      readonly padded?: boolean;
    }
  | {
      readonly kind: 'composite';
      readonly id: string;
      readonly status: string;
      /** Path under `test/fixtures/audio/`. */
      readonly audio: string;
      readonly errMessage?: string;
    };

export interface ScenarioCall {
  readonly sessionId: string;
  /** The session's start, ms before the clock's start. */
  readonly agoMs: number;
  /** Still going on: nobody has left. */
  readonly live?: boolean;
  /** Folder of the audio fixtures whose truth says who joins when. */
  readonly audio: string;
  /** Key of the speaker in the truth → the person and their peer id at each join; null: not in this call. */
  readonly cast: Readonly<
    Record<string, { readonly userId: string; readonly peerIds: readonly string[] } | null>
  >;
  readonly recordings: readonly ScenarioRecording[];
}

export interface ScenarioMeeting {
  readonly id: string;
  readonly title: string | null;
  readonly people: readonly ScenarioPerson[];
  readonly calls: readonly ScenarioCall[];
}

export interface Scenario {
  readonly name: string;
  readonly accountId: string;
  readonly app: { readonly id: string; readonly name: string };
  readonly meetings: readonly ScenarioMeeting[];
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
