/** @file Command line. What can be asked, with help worth reading; decides nothing, calls the commands. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultPrefix } from '#contract';
import { defaultApiRoot } from '../realtimekit/index.ts';
import { exitCodes } from './words.ts';

/** Options every command understands, before or after its name. */
export interface CommonOptions {
  json?: true;
  library?: string;
  account?: string;
  app?: string;
  api: string;
}

/** What `pull` may be told. */
export interface PullOptions {
  wait?: true;
  meeting: string[];
  /** In ms. */
  due?: number;
}

/** What `start` may be told. */
export interface StartOptions {
  person: string[];
  prefix: string;
  note: string;
  told?: true;
  dryRun?: true;
}

export interface Commands {
  check(common: CommonOptions): Promise<void>;
  pull(common: CommonOptions, own: PullOptions): Promise<void>;
  list(common: CommonOptions, own: { meeting?: string; recording?: string }): Promise<void>;
  show(common: CommonOptions, id: string): Promise<void>;
  search(common: CommonOptions, text: string, own: { startsWith?: true }): Promise<void>;
  coverage(common: CommonOptions, id: string): Promise<void>;
  live(common: CommonOptions, own: { people?: true }): Promise<void>;
  start(common: CommonOptions, meeting: string, own: StartOptions): Promise<void>;
  stop(common: CommonOptions, recordings: string[], own: { wait: boolean }): Promise<void>;
  watch(common: CommonOptions): Promise<void>;
  listen(common: CommonOptions, own: { port: number }): Promise<void>;
  verify(common: CommonOptions, recordings: string[]): Promise<void>;
  rebuild(common: CommonOptions): Promise<void>;
  parseName(
    common: CommonOptions,
    names: string[],
    own: { prefix: string[]; user: string[]; peer: string[] },
  ): Promise<void>;
}

const exitCodeHelp = `
Exit codes:
  ${String(exitCodes.done)}  done
  ${String(exitCodes.failed)}  something failed; the message says what, and what is safe
  ${String(exitCodes.usage)}  the command was not understood
  ${String(exitCodes.willBeLost)}  something was lost or will be lost at the service; it is named, with the deadline
  ${String(exitCodes.inUse)}  the library is in use by another Trackvault
  ${String(exitCodes.credentials)}  the token is missing, refused or lacks rights

The token is taken from TRACKVAULT_TOKEN, else from the keychain entry of the
workspace that the app connected. It is never written anywhere by this command.

Examples:
  trackvault check --account 0123…cdef
  trackvault pull --library ~/calls --account 0123…cdef --app 7d0b6c1e-…
  trackvault search aaa5d2f0-6b1c-4e83-90d7-1c4a7f25e6b8 --json
  trackvault verify && trackvault list --json | jq -r .path
`;

const jsonHelp = (lines: string) => `\nWith --json: ${lines}\n`;

const spanUnits: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `48h` in ms. */
function span(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text.trim()) ?? [];
  const ms = Number(count) * (spanUnits[unit] ?? 0);
  if (ms === 0) throw new InvalidArgumentError('Write a number with m, h or d: 90m, 48h, 2d.');
  return ms;
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > 65_535) {
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  }
  return number;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

export function createProgram(commands: Commands, version: string): Command {
  const program = new Command('trackvault')
    .description(
      'Archive of RealtimeKit track recordings: fetches them in time, keeps them provably unchanged, finds them by person.',
    )
    .version(version, '--version', 'say which version this is')
    .option(
      '--json',
      'only JSON on standard output, one value a line; the rest goes to standard error',
    )
    .option('--library <dir>', "folder of the library (default: the app's last one)")
    .option('--account <id>', "Cloudflare account id (default: the app's current workspace)")
    .option('--app <id>', "RealtimeKit app id (default: the app's current workspace)")
    .addOption(
      new Option('--api <root>', 'root of the API, up to and including /client/v4').default(
        defaultApiRoot,
      ),
    )
    .addHelpText('after', exitCodeHelp)
    .showHelpAfterError('(see --help)')
    .exitOverride();

  const common = () => program.opts<CommonOptions>();

  program
    .command('check')
    .description('ask the service what the token may do, and which apps the account has')
    .addHelpText('after', jsonHelp('one object: state, detail, expiresAt, apps.'))
    .action(() => commands.check(common()));

  program
    .command('pull')
    .description('learn what exists, fetch what is missing, verify, seal; one pass')
    .option('--wait', 'stay until nothing is pending', undefined)
    .option('--meeting <id>', 'only recordings of this meeting (repeatable)', collect, [])
    .option('--due <time>', 'only files that are gone within this time: 90m, 48h, 2d', span)
    .addHelpText(
      'after',
      `\nMakes one pass, with a few retries inside it, lists what is pending and ends. Run it\nagain any time: it goes on where it stopped.\n${jsonHelp('one object at the end: recordings, files, atRisk, pending.')}`,
    )
    .action((own: PullOptions) => commands.pull(common(), own));

  program
    .command('list')
    .description('tracks of the library, one a line')
    .option('--meeting <id>', 'only tracks of this meeting')
    .option('--recording <id>', 'only tracks of this recording')
    .action((own: { meeting?: string; recording?: string }) => commands.list(common(), own));

  program
    .command('show')
    .description('everything known about a track, a recording or a meeting')
    .argument('<id>', 'track id, recording id or meeting id')
    .action((id: string) => commands.show(common(), id));

  program
    .command('search')
    .description('tracks of a person by user_id; certain and possible matches apart')
    .argument('<id>', 'a user_id; or user:…, peer:…, custom:… to say which id is meant')
    .option('--starts-with', 'find ids that begin so, too')
    .addHelpText(
      'after',
      `\n"certain" means that the file name was taken apart with evidence; "possible" that it is\none of several ways to read the name. The text is literal: % and _ mean themselves.\n${jsonHelp('a line of "list" and: match, why.')}`,
    )
    .action((text: string, own: { startsWith?: true }) => commands.search(common(), text, own));

  program
    .command('coverage')
    .description('who should be here and who is: received, missing, short, left out by choice')
    .argument('<id>', 'recording id, or meeting id for all of its recordings')
    .addHelpText(
      'after',
      `\nEnds with 1 when something is missing or short.\n${jsonHelp('one object a recording: recordingId, taken, order, basis, rows, counts.')}`,
    )
    .action((id: string) => commands.coverage(common(), id));

  program
    .command('live')
    .description('calls that go on now, and what is being recorded')
    .option('--people', 'name the people in each call')
    .addHelpText(
      'after',
      jsonHelp('one object a call: meetingId, title, call, people, recordings.'),
    )
    .action((own: { people?: true }) => commands.live(common(), own));

  program
    .command('start')
    .description('record a call that goes on: one order, never sent twice')
    .argument('<meeting>', 'meeting id')
    .option(
      '--person <user_id>',
      'record only this participant, by the id the service made (repeatable, at most 100; default: everyone)',
      collect,
      [],
    )
    .option(
      '--prefix <text>',
      'beginning of the file names: letters, digits, hyphens',
      defaultPrefix,
    )
    .option('--told', 'states that the people in the call were told that they are recorded')
    .option('--note <text>', 'how they were told; kept in the ledger', '')
    .option('--dry-run', 'only say what would keep it from working')
    .addHelpText(
      'after',
      `\nNeeds a library that can take down the order and what people were told; beside the open\napp it is left for the app to take down. Choosing people is early beta at the service and\nmay have to be enabled by its support.\n${jsonHelp('one object: recordingId, how (started or adopted); the checks with --dry-run.')}`,
    )
    .action((meeting: string, own: StartOptions) => commands.start(common(), meeting, own));

  program
    .command('stop')
    .description('stop recordings, and stay until the service confirms it')
    .argument('<recording...>', 'recording ids, as "live" shows them')
    .option('--no-wait', 'send the stop and go')
    .addHelpText('after', jsonHelp('one object a recording: recordingId, confirmed.'))
    .action((recordings: string[], own: { wait: boolean }) =>
      commands.stop(common(), recordings, own),
    );

  program
    .command('watch')
    .description('stay: say what changes in calls and recordings, fetch what is finished')
    .addHelpText(
      'after',
      `\nBeside the open app it only says what changes: the app fetches. Ends when interrupted.\n${jsonHelp('one object a change, as "live".')}`,
    )
    .action(() => commands.watch(common()));

  program
    .command('listen')
    .description('as watch, and take webhooks that a relay of your own passes on')
    .option('--port <number>', 'port on this computer, 0 for any free one', port, 8790)
    .addHelpText(
      'after',
      '\nListens on 127.0.0.1 alone. The relay passes on the raw body and the header rtk-signature;\nwhat the service did not sign is refused, and what it signed only makes us look.\n',
    )
    .action((own: { port: number }) => commands.listen(common(), own));

  program
    .command('verify')
    .description('read every byte back from disk and compare it with the manifests')
    .argument('[recording...]', 'recording ids (default: the whole library)')
    .action((recordings: string[]) => commands.verify(common(), recordings));

  program
    .command('rebuild')
    .description('throw the index away and build it again from the files')
    .action(() => commands.rebuild(common()));

  program
    .command('parse-name')
    .description('take track file names apart; from arguments, or one a line from standard input')
    .argument('[name...]', 'file names; after -- if they begin with a dash')
    .option('--prefix <text>', 'a prefix asked for at start (repeatable)', collect, [])
    .option(
      '--user <id>',
      'a user_id that may be in the name; the right one is taken to be among those given (repeatable)',
      collect,
      [],
    )
    .option('--peer <id>', 'a known peer_id (repeatable)', collect, [])
    .addHelpText(
      'after',
      jsonHelp(
        'one object a name, an empty one too: reading, prefix, userId, peerId,\nstreamKind, mediaKind, trackStamp, candidates, flags.',
      ),
    )
    .action((names: string[], own: { prefix: string[]; user: string[]; peer: string[] }) =>
      commands.parseName(common(), names, own),
    );

  return program;
}
