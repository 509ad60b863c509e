/** @file Index. People whose voice is in the library: kept recording by recording, counted once each. */
import { z } from 'zod';
import type { KnownPerson } from '#contract';
import type { Concluded } from '../conclude.ts';
import { foldForSearch } from '../file-names/index.ts';
import type { Catalogue } from './database.ts';
import { jsonColumn, jsonInside, searchKey, toJson } from './json-text.ts';
import type { Query } from './tracks.ts';
import { foldedWords, withWords, type WordHit, type WordSearch } from './words.ts';

const Before = z.object({ person_key: z.string(), tracks: z.number() });
const Lately = z.object({
  name_json: jsonColumn(z.string()),
  user_id_json: jsonColumn(z.string().nullable()),
});
const Row = Lately.extend({ person_key: z.string(), tracks: z.number(), begins: z.number() });

interface Heard {
  name: string;
  userId: string | null;
  named: boolean;
  tracks: number;
}

/** Who is heard in a recording: told apart by the service's id, by name only where there is none. */
function heardIn({ tracks }: Concluded): Map<string, Heard> {
  const heard = new Map<string, Heard>();
  for (const { track } of tracks) {
    const { speaker, customParticipantId } = track;
    if (speaker === null) continue;
    const { name, userId } = speaker;
    const key =
      userId === null ? `name ${jsonInside(foldForSearch(name))}` : `user ${searchKey(userId)}`;
    const named = name !== userId && name !== customParticipantId;
    const known = heard.get(key);
    if (known === undefined) heard.set(key, { name, userId, named, tracks: 1 });
    else {
      known.tracks++;
      if (named && !known.named) Object.assign(known, { name, named });
    }
  }
  return heard;
}

/** Brings the people of a recording, and their sums, in line with what is concluded of it. */
export function writePeople(catalogue: Catalogue, concluded: Concluded): void {
  const { recordingId } = concluded.recording;
  const before = new Map(
    z
      .array(Before)
      .parse(
        catalogue
          .sql('SELECT person_key, tracks FROM heard WHERE recording_id = ?')
          .all(recordingId),
      )
      .map(({ person_key: key, tracks }) => [key, tracks]),
  );
  catalogue.sql('DELETE FROM heard WHERE recording_id = ?').run(recordingId);
  const now = heardIn(concluded);
  const put = catalogue.sql('INSERT INTO heard VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (const [key, { name, userId, named, tracks }] of now)
    put.run(
      key,
      recordingId,
      concluded.sortAt,
      named ? 1 : 0,
      toJson(name),
      toJson(userId),
      tracks,
    );
  for (const key of new Set([...before.keys(), ...now.keys()]))
    refreshPerson(catalogue, key, (now.get(key)?.tracks ?? 0) - (before.get(key) ?? 0));
}

/** The name of the latest recording that gave one; the sum by its change, for a host is in thousands. */
function refreshPerson(catalogue: Catalogue, key: string, change: number): void {
  const latest = catalogue
    .sql(
      `SELECT name_json, user_id_json FROM heard WHERE person_key = ?
       ORDER BY named DESC, sort_at DESC, recording_id DESC LIMIT 1`,
    )
    .get(key);
  if (latest === undefined) {
    catalogue.sql('DELETE FROM people WHERE person_key = ?').run(key);
    return;
  }
  const { name_json: name, user_id_json: userId } = Lately.parse(latest);
  catalogue
    .sql(
      `INSERT INTO people VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (person_key) DO UPDATE SET
         name_json = excluded.name_json,
         user_id_json = excluded.user_id_json,
         tracks = tracks + excluded.tracks,
         folded = excluded.folded`,
    )
    .run(key, toJson(name), toJson(userId), change, foldedWords([name, userId ?? '']));
}

/** People in whose name or id every word stands, the most heard first. */
export function peopleWithWordsQuery(
  words: readonly string[],
  which: WordSearch,
  limit: number,
): Query {
  const { fits, begins, values } = withWords('one.folded', words, which);
  return {
    text: `SELECT row.person_key, row.name_json, row.user_id_json, row.tracks, ${begins} AS begins
           FROM people AS one INDEXED BY people_by_tracks
           CROSS JOIN people AS row ON row.person_key = one.person_key
           WHERE ${fits}
           ORDER BY one.tracks DESC, one.person_key DESC LIMIT ?`,
    values: [...values, limit],
  };
}

export function readPeopleWithWords(
  catalogue: Catalogue,
  words: readonly string[],
  which: WordSearch,
  limit: number,
): WordHit<KnownPerson>[] {
  const { text, values } = peopleWithWordsQuery(words, which, limit);
  return z
    .array(Row)
    .parse(catalogue.sql(text).all(...values))
    .map((row) => ({
      key: row.person_key,
      begins: row.begins === 1,
      value: { name: row.name_json, userId: row.user_id_json, tracks: row.tracks },
    }));
}
