/** @file Renderer. What a menu holds, wherever it opens. Pure. */
import type { IconName } from './icons.ts';

export interface MenuItem {
  kind: 'item';
  text: string;
  /** As in the command table: `Mod+Shift+K`; shown, not listened for. */
  keys?: string;
  icon?: IconName;
  disabled?: boolean;
  /** Set for what is on or off; absent for a deed. */
  checked?: boolean;
  /** What cannot be taken back. */
  danger?: boolean;
  run: () => void;
}

export type MenuEntry = MenuItem | { kind: 'line' } | { kind: 'title'; text: string };

export interface MenuSection {
  title: string | null;
  items: MenuItem[];
}

/** Entries parted at lines and titles; parts without an item fall away, and so no two lines meet. */
export function sectionsOf(entries: readonly MenuEntry[]): MenuSection[] {
  const sections: MenuSection[] = [{ title: null, items: [] }];
  for (const entry of entries) {
    if (entry.kind === 'item') sections.at(-1)?.items.push(entry);
    else sections.push({ title: entry.kind === 'title' ? entry.text : null, items: [] });
  }
  return sections.filter(({ items }) => items.length > 0);
}
