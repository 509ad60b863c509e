/** @file Renderer. Numbers and times as people read them. Pure; times are epoch ms, zone and locale the system's. */

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, as disks are sold: `1.4 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? 'bytes'}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `4:07`, `1:02:09`; with tenths `4:07.3`. Negative and unknown lengths are zero. */
export function durationText(ms: number, tenths = false): string {
  const safe = Number.isFinite(ms) ? Math.max(0, ms) : 0;
  const whole = tenths ? Math.floor(safe / 100) / 10 : Math.round(safe / 1000);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const seconds = Math.floor(whole % 60);
  const tail = tenths ? `.${String(Math.floor((safe % 1000) / 100))}` : '';
  return hours > 0
    ? `${String(hours)}:${two(minutes)}:${two(seconds)}${tail}`
    : `${String(minutes)}:${two(seconds)}${tail}`;
}

/** A length in words for screen readers and sentences: `1 h 2 min`, `48 s`. */
export function lengthWords(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

const dayFormat = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const clockSecondsFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const zoneFormat = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' });

export const dayText = (at: number): string => dayFormat.format(at);
export const clockText = (at: number): string => clockFormat.format(at);
export const clockSecondsText = (at: number): string => clockSecondsFormat.format(at);
export const momentText = (at: number): string => `${dayText(at)}, ${clockSecondsText(at)}`;

/** Short name of the zone that wall-clock times are shown in. */
export const zoneText = (at: number): string =>
  zoneFormat.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';

/** The time left until `at`: `3 d 4 h`, `5 h 12 min`, `passed`. */
export function leftText(at: number, now: number): string {
  const minutes = Math.floor((at - now) / 60_000);
  if (minutes < 0) return 'passed';
  if (minutes < 60) return `${String(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${String(hours)} h ${String(minutes % 60)} min`;
  return `${String(Math.floor(hours / 24))} d ${String(hours % 24)} h`;
}

/** Cuts the middle out of a long id, by whole characters: `4f1c9a…7e02`. */
export function elide(text: string, head = 8, tail = 6): string {
  const characters = [...text];
  if (characters.length <= head + tail + 1) return text;
  return `${characters.slice(0, head).join('')}…${characters.slice(-tail).join('')}`;
}

/** One or two letters that stand for a name, in any script; of a mail address only what is before the @. */
export function initials(name: string): string {
  const letters = name
    .replace(/@.*/su, '')
    .split(/[\s._-]+/u)
    .flatMap((part) => /[\p{L}\p{N}]/u.exec(part) ?? []);
  const last = letters.length > 1 ? letters.at(-1) : '';
  return letters.length === 0 ? '?' : `${letters[0] ?? ''}${last ?? ''}`.toLocaleUpperCase();
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

const weekdayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const shortDayFormat = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
});

export const weekdayText = (at: number): string => weekdayFormat.format(at);

/** Midnight, in the system's zone, of the day of `at`. */
const dayStart = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** The day as one speaks of it: `Today`, `Yesterday`, `Tuesday`, `Tue 3 Mar`, `3 Mar 2025`. */
export function nearDayText(at: number, now: number): string {
  // Rounded: two midnights lie 23 or 25 hours apart when clocks change.
  const days = Math.round((dayStart(now) - dayStart(at)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days === -1) return 'Tomorrow';
  if (days > 1 && days < 7) return weekdayText(at);
  return Math.abs(days) < 300 ? shortDayFormat.format(at) : dayText(at);
}

/** A moment within a sentence: `yesterday 14:05`, `today 14:05`, `Tuesday 14:05`, `Tue 3 Mar 14:05`. */
export function momentWithin(at: number, now: number): string {
  const days = Math.round((dayStart(at) - dayStart(now)) / 86_400_000);
  const isNear = Math.abs(days) < 2;
  const day = days > 1 && days < 7 ? weekdayText(at) : nearDayText(at, now);
  return `${isNear ? day.toLowerCase() : day} ${clockText(at)}`;
}

/** How long ago: `just now`, `3 min ago`, `2 h ago`, `5 d ago`; of what is to come `in 3 min`. */
export function agoText(at: number, now: number): string {
  const minutes = Math.floor(Math.abs(now - at) / 60_000);
  if (minutes === 0) return 'just now';
  const hours = Math.floor(minutes / 60);
  const length =
    minutes < 60
      ? `${String(minutes)} min`
      : hours < 48
        ? `${String(hours)} h`
        : `${String(Math.floor(hours / 24))} d`;
  return at > now ? `in ${length}` : `${length} ago`;
}

/** Whole percents of a share; 100 % only when nothing is left, 0 % only when nothing is done. */
export function percentText(share: number): string {
  const percent = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * 100;
  if (percent === 0 || percent === 100) return `${String(percent)} %`;
  return `${String(Math.min(99, Math.max(1, Math.round(percent))))} %`;
}

/** `1.4 MB/s`; a dash while nothing is known. */
export const speedText = (bytesPerSecond: number | null): string =>
  bytesPerSecond === null || !Number.isFinite(bytesPerSecond) || bytesPerSecond < 0
    ? '–'
    : `${bytesText(bytesPerSecond)}/s`;
