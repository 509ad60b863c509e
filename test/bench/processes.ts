/** @file Bench. What a family of processes costs: memory by its fair share, processor time. Linux. */
import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks a second of `/proc/<pid>/stat`; 100 on every Linux there is. */
const ticksPerSecond = 100;

export interface Cost {
  processes: number;
  /** Proportional set size: shared pages count as the share they are. */
  pssBytes: number;
  /** Processor time since the start, user and system, in ms. */
  cpuMs: number;
}

/** Cost of a process and all its descendants now. */
export async function costOf(pid: number): Promise<Cost> {
  const parents = new Map<number, number>();
  const cpu = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const id = Number(name);
    if (!Number.isInteger(id)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    if (stat === null) continue;
    // The name in brackets may hold blanks; what follows the last bracket is numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    parents.set(id, Number(fields[1]));
    cpu.set(id, Number(fields[11]) + Number(fields[12]));
  }
  const isOurs = (id: number): boolean => {
    for (let at: number | undefined = id; at !== undefined && at > 1; at = parents.get(at)) {
      if (at === pid) return true;
    }
    return false;
  };
  const family = [...parents.keys()].filter(isOurs);
  const shares = await Promise.all(family.map(pssOf));
  const ticks = family.reduce((sum, id) => sum + (cpu.get(id) ?? 0), 0);
  return {
    processes: family.length,
    pssBytes: shares.reduce((sum, share) => sum + share, 0),
    cpuMs: (ticks / ticksPerSecond) * 1000,
  };
}

async function pssOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${String(pid)}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
}
