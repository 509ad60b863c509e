/** @file Index worker. Owns the database connection, reads disk for it, and answers named calls, one message each. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { Failure, toFailureData } from '#contract';
import type { BagTrack } from './bag.ts';
import {
  buildBeside,
  noteDamage,
  openCatalogue,
  openReadOnly,
  removeIndex,
  type Catalogue,
} from './catalogue/database.ts';
import { knowsRun, readDecided, readMark } from './catalogue/decided.ts';
import { applyChange, fillAll } from './catalogue/fill.ts';
import { readHistory } from './catalogue/histories.ts';
import { readJump } from './catalogue/jump.ts';
import { countMeetings, readMeeting, readMeetings } from './catalogue/meetings.ts';
import { isNoted, readAllowLists, readOrders, readStops } from './catalogue/orders.ts';
import { pageLimit } from './catalogue/paging.ts';
import { readRecording, readRecordings, readTotals } from './catalogue/recordings.ts';
import { findById } from './catalogue/search.ts';
import { readToday } from './catalogue/today.ts';
import { holdsFile, readTrack, readTracks } from './catalogue/tracks.ts';
import { diskFailureOf, foldersOf, type Folders } from './disk.ts';
import {
  indexSchemas,
  isIndexCall,
  ToIndex,
  type FromIndex,
  type IndexCall,
  type Output,
  type Received,
} from './index-calls.ts';
import { ledgerStart, scanLedger, verifyLedger } from './ledger.ts';
import type { LedgerLine } from './ledger-line.ts';

/** What is open, once `open` was called. */
interface Opened {
  folders: Folders;
  indexPath: string;
  nativeBinding: string | null;
  catalogue: Catalogue | null;
}

/** Lets a call tell how far it is and learn that nobody waits for it. */
interface Call {
  signal: AbortSignal;
  progress(done: number, total: number): void;
}

const slowQueryMs = 50;
const hashPieceBytes = 256 * 1024;

let opened: Opened | null = null;

function here(): Opened {
  if (opened === null) throw new Error('the index was not opened');
  return opened;
}

function index(): Catalogue {
  const { catalogue } = here();
  if (catalogue === null) throw new Error('there is no index');
  return catalogue;
}

type Handlers = {
  [Name in IndexCall]: (input: Received<Name>, call: Call) => Output<Name> | Promise<Output<Name>>;
};

const handlers: Handlers = {
  open({ dir, indexPath, mode, nativeBinding }) {
    opened?.catalogue?.db.close();
    const folders = foldersOf(dir);
    if (mode === 'read') {
      const catalogue = openReadOnly(indexPath, nativeBinding);
      opened = { folders, indexPath, nativeBinding, catalogue };
      const mark = catalogue === null ? null : readMark(catalogue);
      return { usable: catalogue !== null, mark, setAside: null };
    }
    const made = openCatalogue(indexPath, nativeBinding);
    opened = { folders, indexPath, nativeBinding, catalogue: made.catalogue };
    return { usable: true, mark: readMark(made.catalogue), setAside: made.setAside };
  },
  async scanLedger({ after, keepLast }) {
    const lines: LedgerLine[] = [];
    const scan = await scanLedger(here().folders.ledger, after, (line) => {
      lines.push(line);
      if (lines.length > keepLast) lines.shift();
    });
    return { scan, lines };
  },
  async apply(change) {
    return { touched: await applyChange(index(), here().folders, change) };
  },
  async rebuild(_input, call) {
    const { folders, indexPath, nativeBinding } = here();
    here().catalogue?.db.close();
    removeIndex(indexPath);
    const { catalogue } = openCatalogue(indexPath, nativeBinding);
    opened = { folders, indexPath, nativeBinding, catalogue };
    return fillAll(catalogue, folders, (done, total) => {
      call.progress(done, total);
    });
  },
  async buildForReading({ dir, indexPath, nativeBinding }, call) {
    const built = await buildBeside(indexPath, nativeBinding, (catalogue) =>
      fillAll(catalogue, foldersOf(dir), (done, total) => {
        call.progress(done, total);
      }),
    );
    return { indexPath: built.path, problems: built.value.problems };
  },
  verifyLedger: () => verifyLedger(here().folders.ledger),
  async hashFile({ path }, { signal }) {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of createReadStream(path, { highWaterMark: hashPieceBytes, signal })) {
      const data = z.instanceof(Buffer).parse(piece);
      hash.update(data);
      bytes += data.length;
    }
    return { bytes, sha256: hash.digest('hex') };
  },
  decided: ({ recordingId }) => readDecided(index(), recordingId),
  async collected({ recordingId }) {
    const tracks: BagTrack[] = [];
    await scanLedger(here().folders.ledger, ledgerStart, ({ entry }) => {
      if (entry?.kind !== 'collected' || entry.body.recordingId !== recordingId) return;
      const { recordingId: _id, bag: _bag, ...track } = entry.body;
      tracks.push(track);
    });
    return { tracks };
  },
  orders: ({ query }) => ({ orders: readOrders(index(), query) }),
  stopsAsked: ({ recordingIds }) => ({ stops: readStops(index(), recordingIds) }),
  allowLists: ({ meetingId }) => ({ lists: readAllowLists(index(), meetingId) }),
  notNoted: ({ notes }) => ({ notes: notes.filter((note) => !isNoted(index(), note)) }),
  holds: (file) => ({ held: holdsFile(index(), file) }),
  meetings: (query) => readMeetings(index(), query, pageLimit(query.limit)),
  meeting: ({ key }) => ({ found: readMeeting(index(), key) }),
  countMeetings: ({ text }) => countMeetings(index(), text),
  today: ({ now }) => readToday(index(), now),
  jump: ({ text }) => readJump(index(), text),
  recordings: (query) => readRecordings(index(), query, pageLimit(query.limit)),
  recording: ({ recordingId }) => ({ found: readRecording(index(), recordingId) }),
  history: ({ recordingId }) => ({ found: readHistory(index(), recordingId) }),
  tracks: (query) => readTracks(index(), query, pageLimit(query.limit)),
  track: ({ trackId }) => ({ found: readTrack(index(), trackId) }),
  findById: (search) => findById(index(), search),
  totals: () => readTotals(index()),
  knowsRun: ({ resultsSha256 }) => ({ known: knowsRun(index(), resultsSha256) }),
  problems: () => ({
    problems: z
      .array(z.object({ path: z.string(), why: z.string() }))
      .parse(index().sql('SELECT path, why FROM problems ORDER BY path, why').all()),
  }),
  close() {
    opened?.catalogue?.db.close();
    opened = null;
    return {};
  },
};

const running = new Map<number, AbortController>();

async function answer(id: number, name: IndexCall, raw: unknown): Promise<unknown> {
  const control = new AbortController();
  running.set(id, control);
  const started = performance.now();
  try {
    return await run(name, raw, {
      signal: control.signal,
      progress: (done, total) => {
        post({ kind: 'progress', id, done, total });
      },
    });
  } catch (error) {
    if (opened !== null && noteDamage(opened.indexPath, error))
      throw new Failure('library.damaged', 'The index is damaged; opening again rebuilds it.', {
        cause: error,
      });
    throw diskFailureOf(error);
  } finally {
    running.delete(id);
    const ms = performance.now() - started;
    if (ms > slowQueryMs && queries.has(name)) post({ kind: 'slow', name, ms });
  }
}

/** Calls that a person waits for. */
const queries = new Set<IndexCall>([
  'meetings',
  'meeting',
  'countMeetings',
  'today',
  'jump',
  'recordings',
  'recording',
  'history',
  'tracks',
  'track',
  'findById',
  'orders',
]);

async function run<Name extends IndexCall>(
  name: Name,
  raw: unknown,
  call: Call,
): Promise<Output<Name>> {
  return handlers[name](indexSchemas[name].input.parse(raw), call);
}

function post(message: FromIndex): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (raw: unknown) => {
  const message = ToIndex.parse(raw);
  if (message.kind === 'cancel') {
    running.get(message.id)?.abort(new Failure('cancelled', 'The work was cancelled.'));
    return;
  }
  const { id, name, input } = message;
  const work = isIndexCall(name)
    ? answer(id, name, input)
    : Promise.reject(new Error(`the index has no call ${name}`));
  work.then(
    (value) => {
      post({ kind: 'done', id, value });
    },
    (error: unknown) => {
      post({ kind: 'failed', id, error: toFailureData(error) });
    },
  );
});
