/** @file Renderer. Names of keys as each system writes them. Pure. */

/** As `process.platform` names it; all but `darwin` are written alike. */
export type KeysPlatform = 'darwin' | 'other';

const onMac: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Meta: '⌘',
  Ctrl: '⌃',
  Control: '⌃',
  Alt: '⌥',
  Shift: '⇧',
  Enter: '↩',
  Backspace: '⌫',
  Delete: '⌦',
  Escape: 'Esc',
  Tab: '⇥',
  Space: 'Space',
};

const elsewhere: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  Control: 'Ctrl',
  Meta: 'Win',
  Escape: 'Esc',
  Delete: 'Del',
};

const everywhere: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  Plus: '+',
};

/** `Mod+Shift+K` → its keys; a `+` at the end is the key of that name. */
function split(keys: string): string[] {
  const parts = keys.split('+').filter((part) => part !== '');
  return keys.endsWith('+') ? [...parts, '+'] : parts;
}

/** Each key by the name people read on it: `['Ctrl', 'Shift', 'K']`, on macOS `['⌘', '⇧', 'K']`. */
export function keyNames(keys: string, platform: KeysPlatform): string[] {
  const own = platform === 'darwin' ? onMac : elsewhere;
  return split(keys).map(
    (key) => own[key] ?? everywhere[key] ?? (key.length === 1 ? key.toUpperCase() : key),
  );
}

/** `Ctrl Shift K`, on macOS `⌘⇧K`. */
export const keysText = (keys: string, platform: KeysPlatform): string =>
  keyNames(keys, platform).join(platform === 'darwin' ? '' : ' ');

/** For `aria-keyshortcuts`: `Control+Shift+K`, on macOS `Meta+Shift+K`. */
export const ariaKeys = (keys: string, platform: KeysPlatform): string =>
  split(keys)
    .map((key) => {
      if (key === 'Mod') return platform === 'darwin' ? 'Meta' : 'Control';
      if (key === 'Ctrl') return 'Control';
      return key === '+' ? 'Plus' : key;
    })
    .join('+');

/** The system this window runs on; known at once, without asking the main process. */
export const keysPlatform = (): KeysPlatform =>
  navigator.userAgent.includes('Mac OS X') ? 'darwin' : 'other';
