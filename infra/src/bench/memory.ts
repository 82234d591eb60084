import { readdirSync, readFileSync } from 'node:fs';

/** This process and all that it started, by their parents in /proc. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) ? read(`/proc/${pid}/stat`) : null;
    if (!stat) continue;
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root);
}

/** Resident memory in bytes, a page shared by n processes counting as one n-th of it in each, so that a sum counts it once. */
export const proportionalMemory = (pid: number): number => 1024 * Number(/^Pss: +(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0);

/** Resident memory in bytes. */
export const residentMemory = (pid: number): number => 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0);

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process has ended meanwhile.
    return null;
  }
};

/** Resident memory of a process before, at most during, and after `work`, in bytes. */
export async function memoryDuring<T>(pid: number, work: () => Promise<T>): Promise<{ before: number; peak: number; after: number; result: T }> {
  const before = residentMemory(pid);
  let peak = before;
  const look = () => void (peak = Math.max(peak, residentMemory(pid)));
  const timer = setInterval(look, 10);
  try {
    const result = await work();
    look();
    return { before, peak, after: residentMemory(pid), result };
  } finally {
    clearInterval(timer);
  }
}
