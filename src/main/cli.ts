/** @file Command line. The same modules without a window; answers with an exit code. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommanderError } from 'commander';
import { z } from 'zod';
import { Failure, MeetingId, RecordingId, toFailureData } from '#contract';
import { type Audio, createAudio } from './audio/index.ts';
import { idOf, list, rebuild, search, show, verify } from './cli/archive-commands.ts';
import { coverage } from './cli/coverage-command.ts';
import { createOutput } from './cli/output.ts';
import { parseNames } from './cli/parse-name.ts';
import { type Commands, type CommonOptions, createProgram } from './cli/program.ts';
import { type Room, live, start, stop } from './cli/room-commands.ts';
import { pull, writeCheck } from './cli/service-commands.ts';
import { stay, withRoom } from './cli/staying.ts';
import { type ExitCode, exitCodeOf, exitCodes, inWords } from './cli/words.ts';
import { systemClock } from './clock.ts';
import { connect } from './connection.ts';
import { createCredentials } from './credentials/index.ts';
import { entries } from './entries.ts';
import type { Library } from './library/index.ts';
import { openOrCreate } from './opening.ts';
import { createRealtimeKit, defaultApiRoot } from './realtimekit/index.ts';
import { type SettingsStore, openSettings, profileDir } from './settings/index.ts';
import { inContract } from './workspaces.ts';

/** Longest wait, in ms, for the rate limit before a command gives up and says when to come back. */
const longestPauseMs = 120_000;

const { say } = createOutput({ json: false, out: process.stdout, err: process.stderr });

/**
 * Runs one command. Never throws: every failure is said on standard error and becomes an exit code.
 * @param nativeBinding file of the SQLite addon; null takes the one that came with the package
 */
export async function runCommandLine(
  args: readonly string[],
  nativeBinding: string | null,
): Promise<ExitCode> {
  const abort = new AbortController();
  const onInterrupt = () => {
    abort.abort(new Failure('cancelled', 'Interrupted.'));
  };
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  // Whoever reads our output may go (`… | head`): then nobody is left to answer.
  process.stdout.once('error', () => process.exit(exitCodes.done));
  let code: ExitCode = exitCodes.done;
  const finish = (work: Promise<ExitCode>) =>
    work.then((answer) => {
      code = answer;
    });
  try {
    const program = createProgram(commands(abort.signal, finish, nativeBinding), await version());
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError)
      return thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const failure = toFailureData(thrown);
    say(inWords(failure));
    if (failure.code === 'bug' && thrown instanceof Error) say(thrown.stack ?? '');
    return exitCodeOf(failure.code);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

function commands(
  signal: AbortSignal,
  finish: (work: Promise<ExitCode>) => Promise<void>,
  nativeBinding: string | null,
): Commands {
  const outputOf = (common: CommonOptions) =>
    createOutput({ json: common.json === true, out: process.stdout, err: process.stderr });
  const inLibrary = (
    common: CommonOptions,
    access: LibraryAccess,
    work: (library: Library) => Promise<ExitCode>,
  ) => withLibrary({ dir: common.library, nativeBinding, ...access }, work);

  /**
   * The control room over a library. Only an order makes one where there is none: looking and stopping
   * work without, and then nothing is known of our own orders.
   */
  const inRoom = async (
    common: CommonOptions,
    wish: 'look' | 'stop' | 'order',
    work: (room: Room) => Promise<ExitCode>,
  ): Promise<ExitCode> => {
    const { workspace, realtimekit } = await workspaceOf(common, { needsApp: true });
    const within = (library: Library | null) =>
      withRoom({ library, workspace, realtimekit, signal, onMoved: () => undefined }, work);
    const dir = await libraryDirOf(common.library);
    const isThere = dir !== null && existsSync(join(dir, 'trackvault.json'));
    if (dir === null || (wish !== 'order' && !isThere)) return within(null);
    const mode = wish === 'look' ? 'read' : 'write-or-read';
    return inLibrary(common, { mode, create: wish === 'order' }, within);
  };

  /** `watch` and `listen`: the room, what fetches where the library is ours to write, and the relay. */
  const staying = async (common: CommonOptions, port: number | null): Promise<ExitCode> => {
    const output = outputOf(common);
    const { workspace, realtimekit } = await workspaceOf(common, { needsApp: true });
    return withAudio((audio) =>
      inLibrary(common, { mode: 'write-or-read', create: true }, async (library) => {
        if (library.access === 'reader') {
          output.say('Another Trackvault holds the library and fetches; this one only watches.');
        }
        return stay(
          { library, audio, workspace, realtimekit, nativeBinding, port, signal },
          output,
        );
      }),
    );
  };

  return {
    check: (common) =>
      finish(
        (async () => {
          const { realtimekit } = await workspaceOf(common, { needsApp: false });
          return writeCheck(
            inContract(await realtimekit.checkAccess({ signal })),
            outputOf(common),
          );
        })(),
      ),
    pull: (common, own) =>
      finish(
        (async () => {
          const meetingIds = own.meeting.map((id) => idOf(MeetingId, id));
          const { workspace, realtimekit } = await workspaceOf(common, { needsApp: true });
          const { due } = own;
          const dueAt = due === undefined ? null : systemClock.now() + due;
          return withAudio((audio) =>
            inLibrary(common, { mode: 'write', create: true }, async (library) => {
              const connection = await connect(
                {
                  library,
                  audio,
                  clock: systemClock,
                  nativeBinding,
                  heartbeatMs: 60_000,
                  onEvent: () => undefined,
                  only:
                    dueAt === null
                      ? undefined
                      : ({ deadlineAt }) => deadlineAt !== null && deadlineAt <= dueAt,
                  log: () => undefined,
                },
                workspace,
                realtimekit,
              );
              try {
                return await pull(
                  { library, connection, clock: systemClock, signal },
                  { meetingIds, wait: own.wait === true },
                  outputOf(common),
                );
              } finally {
                await connection.downloads.stop();
              }
            }),
          );
        })(),
      ),
    coverage: (common, id) =>
      finish(
        inLibrary(common, { mode: 'read' }, (library) =>
          coverage(library, id, systemClock.now(), outputOf(common)),
        ),
      ),
    live: (common, own) =>
      finish(
        inRoom(common, 'look', (room) =>
          live(room, { people: own.people === true }, outputOf(common)),
        ),
      ),
    start: (common, meeting, own) =>
      finish(
        inRoom(common, 'order', (room) =>
          start(
            room,
            {
              meetingId: idOf(MeetingId, meeting),
              whom:
                own.person.length === 0
                  ? { kind: 'everyone' }
                  : { kind: 'chosen', userIds: own.person },
              prefix: own.prefix,
              note: own.note,
              told: own.told === true,
              dryRun: own.dryRun === true,
            },
            outputOf(common),
          ),
        ),
      ),
    stop: (common, recordings, own) =>
      finish(
        inRoom(common, 'stop', (room) =>
          stop(
            room,
            recordings.map((id) => idOf(RecordingId, id)),
            own,
            outputOf(common),
          ),
        ),
      ),
    watch: (common) => finish(staying(common, null)),
    listen: (common, own) => finish(staying(common, own.port)),
    list: (common, own) =>
      finish(
        inLibrary(common, { mode: 'read' }, (library) => list(library, own, outputOf(common))),
      ),
    show: (common, id) =>
      finish(inLibrary(common, { mode: 'read' }, (library) => show(library, id, outputOf(common)))),
    search: (common, text, own) =>
      finish(
        inLibrary(common, { mode: 'read' }, (library) =>
          search(library, { text, startsWith: own.startsWith === true }, outputOf(common)),
        ),
      ),
    verify: (common, recordings) =>
      finish(
        inLibrary(common, { mode: 'write-or-read' }, (library) =>
          verify(library, { recordings }, outputOf(common), signal),
        ),
      ),
    rebuild: (common) =>
      finish(inLibrary(common, { mode: 'write' }, (library) => rebuild(library, outputOf(common)))),
    parseName: (common, names, own) =>
      finish(
        parseNames(
          {
            names,
            prefixes: own.prefix,
            users: own.user,
            peers: own.peer,
            input: process.stdin,
          },
          outputOf(common),
        ),
      ),
  };
}

async function withAudio<Value>(work: (audio: Audio) => Promise<Value>): Promise<Value> {
  const audio = createAudio({ in: 'threads', workerUrl: entries.audioWorker });
  try {
    return await work(audio);
  } finally {
    await audio.close();
  }
}

/** The folder that was named, else the app's last library. */
const libraryDirOf = async (named: string | undefined): Promise<string | null> =>
  named ?? (await openSettings(profileDir(process.env))).get().lastLibraryDir;

interface LibraryAccess {
  mode: 'write' | 'read' | 'write-or-read';
  create?: boolean;
}

async function withLibrary(
  wish: LibraryAccess & { dir: string | undefined; nativeBinding: string | null },
  work: (library: Library) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { mode, create = false, nativeBinding } = wish;
  const profile = profileDir(process.env);
  const dir = await libraryDirOf(wish.dir);
  if (dir === null) {
    throw new Failure(
      'input.invalid',
      'Say which library with --library DIR: the app has none yet.',
    );
  }
  const library = await openOrCreate(
    {
      clock: systemClock,
      through: 'cli',
      profile,
      nativeBinding,
      log: {
        info: () => undefined,
        warn: say,
      },
    },
    // Only what brings something in makes a library where there is none.
    { dir: resolve(dir), mode, create },
  );
  try {
    return await work(library);
  } finally {
    await library.close();
  }
}

/** The workspace named by the options, else the app's current one; its token from the environment, else the keychain. */
async function workspaceOf(common: CommonOptions, options: { needsApp: boolean }) {
  const { workspaces, currentWorkspaceId } = settingsOf(
    await openSettings(profileDir(process.env)),
  );
  const current = workspaces.find(({ workspaceId }) => workspaceId === currentWorkspaceId);
  const apiRoot =
    common.api === defaultApiRoot && common.account === undefined
      ? (current?.apiRoot ?? defaultApiRoot)
      : common.api.replace(/\/+$/, '');
  const accountId = common.account ?? current?.accountId;
  const appId = common.app ?? (common.account === undefined ? current?.appId : undefined) ?? '';
  if (accountId === undefined || (options.needsApp && appId === '')) {
    throw new Failure(
      'input.invalid',
      'Name the workspace with --account ID and --app ID: the app has none yet.',
    );
  }
  const known = workspaces.find(
    (each) => each.accountId === accountId && each.appId === appId && each.apiRoot === apiRoot,
  );
  const workspace = known ?? { label: '', accountId, appId, apiRoot };
  const given = process.env['TRACKVAULT_TOKEN'];
  const credentials = createCredentials({ clock: systemClock });
  const token =
    given !== undefined && given !== ''
      ? given
      : known === undefined
        ? null
        : await credentials.read(known);
  if (token === null) {
    throw new Failure(
      'credentials.missing',
      'Neither the environment nor the keychain has a token.',
    );
  }
  const realtimekit = createRealtimeKit({
    apiRoot,
    accountId,
    appId: appId === '' ? null : appId,
    token: () => Promise.resolve(token),
    clock: systemClock,
    maxPauseMs: longestPauseMs,
    onNotice: ({ call, message }) => {
      say(`${call}: ${message}`);
    },
  });
  return { workspace, realtimekit };
}

const settingsOf = (store: SettingsStore) => store.get();

/** The project's own: from source, from the build and from the package it lies two folders up. */
async function version(): Promise<string> {
  const about = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(about)).version;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = await runCommandLine(process.argv.slice(2), null);
}
