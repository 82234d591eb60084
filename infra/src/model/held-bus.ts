import type { Delivery, EventBus, Message } from '@xueji/platform';

interface Group {
  topics: readonly string[];
  handle(delivery: Delivery): Promise<void>;
  /** not yet handed over, by key */
  waiting: Map<string, Delivery[]>;
  /** handed over before, by key */
  had: Map<string, Delivery[]>;
}

/** An event bus that hands over nothing by itself: a test says which service hears the next event of which key, and when. Nothing outlives the process. */
export interface HeldBus extends EventBus {
  /** types of what waits for the service, oldest first */
  waiting(service: string, key: string): string[];
  /** hands over the oldest event of the key */
  handOver(service: string, key: string): Promise<void>;
  /** hands over once more what the service had before; does nothing when there is none */
  handOverAgain(service: string, key: string, nth: number): Promise<void>;
  deadLetters(): number;
}

const typeOf = ({ value }: Delivery): string => (JSON.parse(value) as { type: string }).type;

export function heldBus(): HeldBus {
  const groups = new Map<string, Group>();
  const log = new Map<string, Delivery[]>();
  const groupOf = (service: string): Group => {
    const found = groups.get(`xueji.${service}`);
    if (!found) throw new Error(`${service} listens to nothing`);
    return found;
  };
  const publish = async (messages: readonly Message[]) => {
    for (const { topic, key, value, headers } of messages) {
      const before = log.get(topic) ?? [];
      const delivery = { topic, key, value, headers: headers ?? {}, partition: 0, offset: String(before.length) };
      log.set(topic, [...before, delivery]);
      for (const group of groups.values()) if (group.topics.includes(topic)) group.waiting.set(key, [...(group.waiting.get(key) ?? []), delivery]);
    }
  };
  return {
    kind: 'postgres',
    ensureTopics: async () => undefined,
    publish,
    subscribe: async (group, topics, handle) => {
      groups.set(group, { topics, handle, waiting: new Map(), had: new Map() });
      return { stop: async () => void groups.delete(group) };
    },
    readAll: async (topic) => log.get(topic) ?? [],
    lag: async () => 0,
    isHealthy: async () => true,
    close: async () => undefined,
    waiting: (service, key) => (groupOf(service).waiting.get(key) ?? []).map(typeOf),
    handOver: async (service, key) => {
      const { waiting, had, handle } = groupOf(service);
      const delivery = waiting.get(key)?.shift();
      if (!delivery) throw new Error(`nothing waits for ${service}`);
      had.set(key, [...(had.get(key) ?? []), delivery]);
      await handle(delivery);
    },
    handOverAgain: async (service, key, nth) => {
      const { had, handle } = groupOf(service);
      const before = had.get(key) ?? [];
      if (before.length > 0) await handle(before[nth % before.length]!);
    },
    deadLetters: () => [...log].filter(([topic]) => topic.endsWith('.dlq')).reduce((sum, [, letters]) => sum + letters.length, 0),
  };
}
