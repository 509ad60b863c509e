/** @file Main process. A text for a support case: versions, settings and counts. No secret, no person's name, no title, no path. Pure. */
import type { AppInfo, LibraryStatus, PullStatus, Settings } from '#contract';
import { z } from 'zod';
import type { Totals } from './library/index.ts';

export interface DiagnosticFacts {
  at: number;
  info: AppInfo;
  system: { release: string; arch: string; locale: string; memoryBytes: number };
  settings: Settings;
  /** How many, and where their tokens are; no ids, no labels. */
  workspaces: readonly ('keychain' | 'memory' | 'missing')[];
  library: LibraryStatus;
  libraryFormat: number;
  totals: Totals | null;
  pull: PullStatus;
  /** Lines of the log, as JSON. */
  log: readonly string[];
}

export function diagnosticsText(facts: DiagnosticFacts): string {
  const { info, system, settings, library, totals, pull } = facts;
  const { appearance, layout, behaviour, fetching } = settings;
  const lines: [string, unknown][] = [
    ['Trackvault', info.version],
    ['made', new Date(facts.at).toISOString()],
    ['runtime', { electron: info.electron, chrome: info.chrome, node: info.node }],
    ['system', { platform: info.platform, ...system }],
    ['keychain', info.keychain.available ? 'available' : 'not available'],
    ['offers', info.offers],
    ['settings', { ...appearance, ...behaviour, ...fetching, sort: layout.meetingSort }],
    ['workspaces', facts.workspaces],
    ['library', libraryFacts(library)],
    ['library format', facts.libraryFormat],
    ['holds', totals ?? 'nothing is open'],
    ['last pass', pullFacts(pull)],
  ];
  return [
    ...lines.map(([name, value]) => `${name}: ${asText(value)}`),
    '',
    'log:',
    ...facts.log.map(logLine),
    '',
  ].join('\n');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function libraryFacts(status: LibraryStatus) {
  if (status.state !== 'open') {
    return {
      state: status.state,
      because: 'failure' in status ? (status.failure?.code ?? null) : null,
    };
  }
  const { state, access, sample, readingBecause } = status;
  return { state, access, sample, readingBecause: readingBecause?.code ?? null };
}

function pullFacts(pull: PullStatus) {
  const codes: Record<string, number> = {};
  for (const { failure } of pull.transfers) {
    if (failure !== null) codes[failure.code] = (codes[failure.code] ?? 0) + 1;
  }
  const { state, recordings, composites, files, endedAt } = pull;
  const risks = pull.atRisk.length;
  return {
    state,
    failure: pull.failure?.code ?? null,
    recordings,
    composites,
    files,
    risks,
    codes,
    endedAt,
  };
}

const LogLine = z.object({
  at: z.string(),
  level: z.string(),
  what: z.string(),
  facts: z.record(z.string(), z.unknown()).optional(),
});

/** Facts that are words of ours or the system's; texts under other names may be anybody's. */
const tellingFacts = new Set(['call', 'code', 'kind', 'reason', 'exitCode', 'type', 'name']);
const wordOfOurs = /^[A-Za-z][A-Za-z0-9_.-]{0,40}$/;

/** What is left of a line when every place is gone at which a name, a title or a path could stand. */
function logLine(text: string): string {
  const line = LogLine.safeParse(parsed(text));
  if (!line.success) return '(a line that is not ours)';
  const { at, level, what, facts = {} } = line.data;
  const told = Object.entries(facts).flatMap(([name, value]) => {
    if (name === 'stack' && typeof value === 'string') return stackFacts(value);
    if (typeof value === 'number' || typeof value === 'boolean')
      return [`${name}=${String(value)}`];
    const isOurs = typeof value === 'string' && tellingFacts.has(name) && wordOfOurs.test(value);
    return isOurs ? [`${name}=${value}`] : [];
  });
  return [at, level, withoutPlaces(what), ...told].join(' ');
}

/** Quoted texts and whatever has a slash: files are named after meetings. */
function withoutPlaces(text: string): string {
  return text
    .replace(/(["'`“‘]).*["'`”’]/g, '…')
    .replace(/\S*[/\\].*/g, '…')
    .trim();
}

/** The kind of error and where in our bundles it was thrown; its message may quote anything. */
function stackFacts(stack: string): string[] {
  // `Error: ENOENT: no such file …`: the class and the system's code.
  const [, kind = 'Error', code] = /^(\w{0,40}Error)(?:: (E[A-Z]{2,20}):)?/.exec(stack) ?? [];
  const places = [...stack.matchAll(/([\w.-]{1,60}\.(?:js|ts|mjs|cjs)):(\d+):(\d+)\)?$/gm)];
  return [
    kind,
    ...(code === undefined ? [] : [code]),
    ...places.slice(0, 6).map(([, file, line]) => `${String(file)}:${String(line)}`),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
