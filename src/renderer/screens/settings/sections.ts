/** @file Renderer. The sections of the settings, in their order. */
import type { IconName } from '../../parts/icons.ts';
import type { SettingsSection } from '../../navigation.ts';

export const sections: readonly {
  section: SettingsSection;
  title: string;
  icon: IconName;
}[] = [
  { section: 'workspaces', title: 'Workspaces', icon: 'key' },
  { section: 'libraries', title: 'Libraries', icon: 'library' },
  { section: 'appearance', title: 'Appearance', icon: 'sun' },
  { section: 'fetching', title: 'Fetching', icon: 'fetch' },
  { section: 'privacy', title: 'Privacy', icon: 'shield' },
  { section: 'about', title: 'About', icon: 'info' },
];
