/** @file Main process. The file that starts the app with a Linux desktop (XDG autostart). Pure text and one file. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Where desktops look; a relative `XDG_CONFIG_HOME` counts as none, as its specification says. */
export function autostartPath(env: NodeJS.ProcessEnv): string {
  const chosen = env['XDG_CONFIG_HOME'] ?? '';
  return join(
    isAbsolute(chosen) ? chosen : join(homedir(), '.config'),
    'autostart',
    'trackvault.desktop',
  );
}

/** A desktop entry (Desktop Entry Specification 1.5) that runs `command` with its arguments. */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    'Name=Trackvault',
    'Comment=Fetches recordings before they are deleted',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * An argument of `Exec`: quoted, `%` doubled, and then every backslash once more, for the value is a
 * string. A line break in a folder's name must not begin a line of the entry.
 */
function quoted(argument: string): string {
  const escaped = argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%');
  return `"${escaped}"`.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** Writes the entry or takes it away; one that is not there is no trouble. */
export async function setAutostart(path: string, command: readonly string[] | null): Promise<void> {
  if (command === null) {
    await rm(path, { force: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, autostartEntry(command));
}
