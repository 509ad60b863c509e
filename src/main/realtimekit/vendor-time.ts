/** @file Main process. Reads the vendor's timestamps in every spelling seen. */

const spelling =
  /^(\d{4})-?(\d{2})-?(\d{2})[T ](\d{2}):?(\d{2}):?(\d{2})(?:[.,](\d{1,9}))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

/** Beyond it there is no date to show or to name a folder after. */
const latestDate = Date.UTC(9999, 11, 31);

/**
 * Epoch ms of a vendor timestamp, or `null` when it is none: ISO 8601, with a space for the `T`,
 * with microseconds, or in the compact form of signed addresses. Without a zone it is UTC
 * (contract 1). Numbers are epoch seconds or milliseconds.
 */
export function parseVendorTime(value: unknown): number | null {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string') return null;
  const match = spelling.exec(value.trim());
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 60) return null;
  const at = Date.UTC(y, mo - 1, d, h, mi, s, Number(fraction.padEnd(3, '0').slice(0, 3)));
  return at - zoneOffsetMs(zone);
}

function fromNumber(value: number): number | null {
  if (!Number.isFinite(value) || value <= 0) return null;
  // 1e11 s lies in the year 5138, 1e11 ms in 1973: no recording is near either.
  const at = Math.floor(value < 1e11 ? value * 1000 : value);
  return at > latestDate ? null : at;
}

function zoneOffsetMs(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
