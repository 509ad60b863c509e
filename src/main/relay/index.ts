/** @file Main process. LISTENS: on this computer alone, for webhooks that a relay of the person's own passes on. */
export { createRelay, type Nudge, type Relay, type RelayWorld } from './relay.ts';
