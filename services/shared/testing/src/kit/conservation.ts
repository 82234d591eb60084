import { Client } from 'pg';
import type { EventBus } from '@xueji/platform';

async function rows<T>(url: string, query: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(query)).rows as T[];
  } finally {
    await client.end();
  }
}

export interface CustodyReport {
  /** persons by the one place each is in */
  places: Record<string, number>;
  faults: string[];
}

/**
 * Custody over the databases: every child is in exactly one place. `child_custody` (preschool) and `student_custody` (registry) name the place of each
 * person; a child handed over must be known to the registry, and one held by a school must not be held by a kindergarten, by whatever id: the number tells.
 */
export async function checkCustody(preschoolUrl: string, registryUrl: string): Promise<CustodyReport> {
  const children = await rows<{ id: string; number: string | null; place: string; due_at: Date | null }>(
    preschoolUrl, 'select v.child_id as id, c.national_student_number as number, v.place, v.due_at from child_custody v join child c on c.id = v.child_id');
  const students = await rows<{ id: string; child_id: string | null; number: string; place: string; holder_id: string | null }>(
    registryUrl, 'select v.student_id as id, v.child_id, s.national_student_number as number, v.place, v.holder_id from student_custody v join student s on s.id = v.student_id');
  const faults: string[] = [];
  const places: Record<string, number> = {};
  const count = (place: string) => (places[place] = (places[place] ?? 0) + 1);
  const byArchive = new Map<string, string>();
  const byNumber = new Map<string, string>();
  for (const { id, child_id: childId, number, place, holder_id: holder } of students) {
    if (byNumber.has(number)) faults.push(`${id} is in the registry twice`);
    byNumber.set(number, place);
    if (childId) byArchive.set(childId, place);
    if (place === 'HELD' && !holder) faults.push(`${id} is held by nobody`);
    count(`registry ${place}`);
  }
  const seen = new Set<string>();
  for (const { id, number, place, due_at: dueAt } of children) {
    if (number && seen.has(number)) faults.push(`${id} is in the kindergartens twice`);
    if (number) seen.add(number);
    if (place === 'IN_TRANSIT' && !dueAt) faults.push(`${id} is in transit without a deadline`);
    if (place === 'PRIMARY' && !byArchive.has(id)) faults.push(`${id} was handed over to a primary school that does not know the child`);
    // The archive of a child whom the school holds already may still be on its way, with a deadline.
    const isElsewhere = place === 'PRIMARY' || (place === 'IN_TRANSIT' && byArchive.has(id));
    if (isElsewhere) continue;
    if (byArchive.has(id) || (number && byNumber.has(number))) faults.push(`${id} is ${place} in the kindergarten and in the registry`);
    count(`preschool ${place}`);
  }
  return { places, faults };
}

export interface LedgerReport {
  events: number;
  faults: string[];
}

/**
 * The event ledger: what was committed to the outboxes is what is on the topics, and what each subscribing service has taken in;
 * and the history of every record counts its versions without a gap.
 */
export async function checkLedger(services: readonly { name: string; url: string; topics: readonly string[] }[], bus: Pick<EventBus, 'readAll'>): Promise<LedgerReport> {
  const faults: string[] = [];
  const told = new Map<string, Set<string>>();
  for (const { name, url } of services) {
    for (const { id, topic } of await rows<{ id: string; topic: string }>(url, 'select id, topic from outbox_event')) told.set(topic, (told.get(topic) ?? new Set()).add(id));
    const gaps = await rows<{ record_type: string; record_id: string }>(url, 'select record_type, record_id from case_step group by 1, 2 having count(*) <> max(version) or min(version) <> 1');
    for (const gap of gaps) faults.push(`${name}: the versions of ${gap.record_type} ${gap.record_id} have a gap`);
  }
  const onTopic = new Map<string, Set<string>>();
  for (const topic of new Set([...told.keys(), ...services.flatMap((service) => service.topics)])) {
    onTopic.set(topic, new Set((await bus.readAll(topic)).map((delivery) => (JSON.parse(delivery.value) as { id: string }).id)));
  }
  const differ = (what: string, expected: Set<string>, found: Set<string>) => {
    const lost = [...expected].filter((id) => !found.has(id)).length;
    const phantom = [...found].filter((id) => !expected.has(id)).length;
    if (lost + phantom > 0) faults.push(`${what}: ${lost} lost, ${phantom} without origin`);
  };
  for (const [topic, ids] of onTopic) differ(`topic ${topic}`, told.get(topic) ?? new Set(), ids);
  for (const { name, url, topics } of services) {
    const taken = new Set((await rows<{ event_id: string }>(url, 'select event_id from inbox_event')).map((row) => row.event_id));
    differ(`inbox of ${name}`, new Set(topics.flatMap((topic) => [...(onTopic.get(topic) ?? [])])), taken);
  }
  return { events: [...told.values()].reduce((sum, ids) => sum + ids.size, 0), faults };
}
