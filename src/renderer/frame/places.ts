/** @file Renderer. The places of the rail, in their order. */
import type { CommandId } from '#contract';
import type { IconName } from '../parts/icons.ts';

export type Place = 'today' | 'live' | 'meetings' | 'transfers' | 'library' | 'settings';

export const places: readonly { place: Place; id: CommandId; icon: IconName; text: string }[] = [
  { place: 'today', id: 'go.today', icon: 'today', text: 'Today' },
  { place: 'live', id: 'go.live', icon: 'live', text: 'Live' },
  { place: 'meetings', id: 'go.meetings', icon: 'meetings', text: 'Meetings' },
  { place: 'transfers', id: 'go.transfers', icon: 'transfers', text: 'Transfers' },
  { place: 'library', id: 'go.library', icon: 'library', text: 'Library' },
];
