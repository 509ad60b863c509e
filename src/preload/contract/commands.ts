/** @file Contract. The one table of commands: native menu, context menus, palette, key help, tooltips and the README are made from it. */
import { z } from 'zod';

/** Menus of the menu bar, in their order; the system's own (Edit, Window) are added beside them. */
export const menuNames = ['File', 'View', 'Go', 'Recording', 'Help'] as const;
export type MenuName = (typeof menuNames)[number];

/** Where in the window a command works; the headings of the key help. */
export const commandPlaces = ['Everywhere', 'Lists', 'Review'] as const;
export type CommandPlace = (typeof commandPlaces)[number];

/** Things that have a context menu. */
export type ContextName = 'meeting' | 'recording' | 'track' | 'transfer' | 'call';

export interface Command {
  /** What it does, as a menu item: the verb first, no full stop; `…` when it asks for more. */
  readonly title: string;
  readonly place: CommandPlace;
  /** Null: not in the menu bar. */
  readonly menu: MenuName | null;
  /** Begins a new group in its menus. */
  readonly begins?: true;
  /**
   * Keys, the first is the one shown. `Mod` is ⌘ on macOS and Ctrl elsewhere; then `Alt`, `Shift`, and
   * the key as `KeyboardEvent.key` names it, with `Space` for a blank and `Plus` for `+`.
   */
  readonly keys: readonly string[];
  /** Context menus it stands in. */
  readonly contexts?: readonly ContextName[];
  /** More words under which the palette finds it. */
  readonly also?: string;
  /** Kept out of the palette: it only makes sense at the pointer or under the finger. */
  readonly unlisted?: true;
}

const here = <Id extends string>(table: Record<Id, Command>): Readonly<Record<Id, Command>> =>
  table;

export const commands = here({
  'library.open': {
    title: 'Open a library folder…',
    place: 'Everywhere',
    menu: 'File',
    keys: ['Mod+O'],
    also: 'choose folder archive',
  },
  'library.create': {
    title: 'New library…',
    place: 'Everywhere',
    menu: 'File',
    keys: ['Mod+Shift+N'],
    also: 'create folder archive',
  },
  'library.sample': {
    title: 'Look at the sample library',
    place: 'Everywhere',
    menu: 'File',
    keys: [],
    also: 'example demo try',
  },
  'library.reveal': {
    title: 'Show the library in its folder',
    place: 'Everywhere',
    menu: 'File',
    keys: [],
    also: 'disk finder explorer',
  },
  'service.connect': {
    title: 'Connect RealtimeKit…',
    place: 'Everywhere',
    menu: 'File',
    begins: true,
    keys: [],
    also: 'token account workspace app',
  },
  'pull.start': {
    title: 'Fetch recordings',
    place: 'Everywhere',
    menu: 'File',
    keys: ['Mod+R'],
    also: 'pull download refresh sync',
  },
  'pull.stop': {
    title: 'Stop fetching',
    place: 'Everywhere',
    menu: 'File',
    keys: [],
    also: 'cancel pull download',
  },
  'transfers.pauseAll': {
    title: 'Pause all transfers',
    place: 'Everywhere',
    menu: 'File',
    keys: [],
    also: 'hold downloads bandwidth resume',
  },
  'app.settings': {
    title: 'Settings…',
    place: 'Everywhere',
    menu: 'File',
    begins: true,
    keys: ['Mod+,'],
    also: 'preferences options',
  },

  'view.details': {
    title: 'Show or hide details',
    place: 'Everywhere',
    menu: 'View',
    keys: ['Mod+I'],
    also: 'inspector panel side',
  },
  'view.theme.system': {
    title: 'Appearance: as the system',
    place: 'Everywhere',
    menu: 'View',
    begins: true,
    keys: [],
    also: 'theme',
  },
  'view.theme.light': {
    title: 'Appearance: light',
    place: 'Everywhere',
    menu: 'View',
    keys: [],
    also: 'theme bright',
  },
  'view.theme.dark': {
    title: 'Appearance: dark',
    place: 'Everywhere',
    menu: 'View',
    keys: [],
    also: 'theme night',
  },

  'app.palette': {
    title: 'Go to or do…',
    place: 'Everywhere',
    menu: 'Go',
    keys: ['Mod+K'],
    unlisted: true,
  },
  'app.find': {
    title: 'Find tracks by user_id',
    place: 'Everywhere',
    menu: 'Go',
    keys: ['Mod+F'],
    also: 'search',
  },
  'go.today': {
    title: 'Today',
    place: 'Everywhere',
    menu: 'Go',
    begins: true,
    keys: ['Mod+1'],
    also: 'home risk',
  },
  'go.live': {
    title: 'Live',
    place: 'Everywhere',
    menu: 'Go',
    keys: ['Mod+2'],
    also: 'now control room calls record start stop',
  },
  'go.meetings': {
    title: 'Meetings',
    place: 'Everywhere',
    menu: 'Go',
    keys: ['Mod+3'],
    also: 'calls recordings list',
  },
  'go.transfers': {
    title: 'Transfers',
    place: 'Everywhere',
    menu: 'Go',
    keys: ['Mod+4'],
    also: 'downloads queue',
  },
  'go.library': {
    title: 'Library',
    place: 'Everywhere',
    menu: 'Go',
    keys: ['Mod+5'],
    also: 'search find',
  },
  'go.back': {
    title: 'Back',
    place: 'Everywhere',
    menu: 'Go',
    begins: true,
    keys: ['Alt+ArrowLeft'],
  },

  'record.start': {
    title: 'Record this call…',
    place: 'Lists',
    menu: 'Recording',
    keys: ['Mod+Shift+S'],
    contexts: ['call'],
    also: 'start recording live consent',
  },
  'record.stop': {
    title: 'Stop recording…',
    place: 'Lists',
    menu: 'Recording',
    keys: ['Mod+Shift+X'],
    contexts: ['call'],
    also: 'end recording live',
  },
  'item.review': {
    title: 'Open in review',
    place: 'Lists',
    menu: 'Recording',
    keys: ['Enter'],
    contexts: ['meeting', 'recording', 'track', 'transfer'],
    also: 'listen play',
  },
  'item.reveal': {
    title: 'Show in folder',
    place: 'Lists',
    menu: 'Recording',
    keys: ['Mod+Shift+R'],
    contexts: ['meeting', 'recording', 'track', 'transfer'],
    also: 'disk finder explorer',
  },
  'item.verify': {
    title: 'Verify on disk',
    place: 'Lists',
    menu: 'Recording',
    keys: ['Mod+Shift+V'],
    contexts: ['meeting', 'recording', 'track'],
    also: 'check hash manifest integrity',
  },
  'item.copyIds': {
    title: 'Copy ids',
    place: 'Lists',
    menu: 'Recording',
    begins: true,
    keys: ['Mod+Shift+C'],
    contexts: ['meeting', 'recording', 'track', 'transfer'],
  },
  'item.copyLink': {
    title: 'Copy link',
    place: 'Lists',
    menu: 'Recording',
    keys: ['Mod+L'],
    contexts: ['meeting', 'recording', 'track'],
    also: 'deep link address moment time',
  },
  'transfer.retry': {
    title: 'Try again',
    place: 'Lists',
    menu: null,
    begins: true,
    keys: [],
    contexts: ['transfer'],
    unlisted: true,
  },
  'transfer.pause': {
    title: 'Set aside for now',
    place: 'Lists',
    menu: null,
    keys: [],
    contexts: ['transfer'],
    unlisted: true,
  },
  'transfer.cancel': {
    title: 'Do not fetch',
    place: 'Lists',
    menu: null,
    keys: [],
    contexts: ['transfer'],
    unlisted: true,
  },

  'review.play': {
    title: 'Play or pause',
    place: 'Review',
    menu: 'Recording',
    begins: true,
    keys: ['Space'],
  },
  'review.back': { title: '5 s back', place: 'Review', menu: null, keys: ['ArrowLeft'] },
  'review.forward': { title: '5 s forward', place: 'Review', menu: null, keys: ['ArrowRight'] },
  'review.backLittle': {
    title: '1 s back',
    place: 'Review',
    menu: null,
    keys: ['Shift+ArrowLeft'],
  },
  'review.forwardLittle': {
    title: '1 s forward',
    place: 'Review',
    menu: null,
    keys: ['Shift+ArrowRight'],
  },
  'review.start': { title: 'To the beginning', place: 'Review', menu: null, keys: ['Home'] },
  'review.end': { title: 'To the end', place: 'Review', menu: null, keys: ['End'] },
  'review.faster': { title: 'Play faster', place: 'Review', menu: null, keys: ['>', ']'] },
  'review.slower': { title: 'Play slower', place: 'Review', menu: null, keys: ['<', '['] },
  'review.laneAbove': {
    title: 'To the lane above',
    place: 'Review',
    menu: null,
    keys: ['ArrowUp'],
  },
  'review.laneBelow': {
    title: 'To the lane below',
    place: 'Review',
    menu: null,
    keys: ['ArrowDown'],
  },
  'review.mute': { title: 'Mute this lane', place: 'Review', menu: 'Recording', keys: ['M'] },
  'review.solo': { title: 'Solo this lane', place: 'Review', menu: 'Recording', keys: ['S'] },
  'review.soloAlone': {
    title: 'Solo this lane alone',
    place: 'Review',
    menu: 'Recording',
    keys: ['Shift+S'],
  },
  'review.zoomIn': {
    title: 'Zoom in on the lanes',
    place: 'Review',
    menu: 'View',
    begins: true,
    keys: ['Plus', '='],
  },
  'review.zoomOut': { title: 'Zoom out of the lanes', place: 'Review', menu: 'View', keys: ['-'] },
  'review.fit': { title: 'Show the whole recording', place: 'Review', menu: 'View', keys: ['0'] },

  'help.keys': {
    title: 'Keyboard',
    place: 'Everywhere',
    menu: 'Help',
    keys: ['?'],
    also: 'shortcuts keys help',
  },
  'help.logs': {
    title: 'Open the folder of logs',
    place: 'Everywhere',
    menu: 'Help',
    begins: true,
    keys: [],
  },
  'help.diagnostics': {
    title: 'Copy diagnostics',
    place: 'Everywhere',
    menu: 'Help',
    keys: [],
    also: 'support versions report',
  },
  'help.about': {
    title: 'About Trackvault',
    place: 'Everywhere',
    menu: 'Help',
    begins: true,
    keys: [],
    also: 'version licences',
  },
});

export type CommandId = keyof typeof commands;

export const commandIds = Object.keys(commands).filter(isCommandId);

export function isCommandId(text: string): text is CommandId {
  return Object.hasOwn(commands, text);
}

/** The rows of a table of commands, in its order. */
export function commandEntries<Id extends string>(
  table: Readonly<Record<Id, Command>>,
): [Id, Command][] {
  const isId = (text: string): text is Id => Object.hasOwn(table, text);
  return Object.keys(table)
    .filter(isId)
    .map((id) => [id, table[id]]);
}

export const CommandId = z.string().refine(isCommandId);

/** What the menu bar shows besides titles and keys. */
export const CommandStates = z.object({
  /** Those that can act now; the rest are grey. */
  available: z.array(CommandId),
  /** Those with a mark beside them. */
  checked: z.array(CommandId),
});
export type CommandStates = z.infer<typeof CommandStates>;
