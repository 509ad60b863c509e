/** @file Renderer. Says what a host was contacted for. Pure. */
import type { Contact } from '#contract';

export const contactPurposes = {
  api: {
    text: 'RealtimeKit’s API',
    means: 'Asked for apps, meetings, recordings and links. The token is sent here.',
  },
  files: {
    text: 'File host',
    means: 'Hands out recorded files by signed links. The token is never sent here.',
  },
} as const satisfies Record<Contact['what'], { text: string; means: string }>;
