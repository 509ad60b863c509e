/** @file Main process. The service's last words about a recording as a person may read them: no link, no secret, and what is odd about them. */
import type { VendorWords } from '#contract';
import type { Observation } from './library/index.ts';
import { differencesFromDocumented, safeJson } from './realtimekit/index.ts';

/**
 * What is on disk has no links any more; it is cleaned once more on its way out, for a library may
 * come from anywhere.
 * @param observedAt epoch ms of the last answer
 */
export function vendorWords(observation: Observation, observedAt: number | null): VendorWords {
  const { source, shape } = observation;
  const raw = safeJson(observation.raw);
  return {
    observedAt,
    host: source.host,
    accountId: source.accountId,
    appId: source.appId,
    shape,
    differences: differencesFromDocumented(raw),
    json: JSON.stringify(raw, null, 2),
  };
}
