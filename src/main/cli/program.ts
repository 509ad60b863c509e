/** @file Command line. What can be asked, with help worth reading; decides nothing, calls the commands. */
import { Command, InvalidArgumentError, Option } from 'commander';
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

export interface Commands {
  check(common: CommonOptions): Promise<void>;
  pull(common: CommonOptions, own: PullOptions): Promise<void>;
  list(common: CommonOptions, own: { meeting?: string; recording?: string }): Promise<void>;
  show(common: CommonOptions, id: string): Promise<void>;
  search(common: CommonOptions, text: string, own: { startsWith?: true }): Promise<void>;
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
