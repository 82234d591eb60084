/** One message on a topic. `key` decides the partition, and with it the order; `value` is the event as JSON text. */
export interface Message {
  topic: string;
  key: string;
  value: string;
  headers?: Record<string, string>;
}

export interface Delivery extends Message {
  partition: number;
  /** position within the partition, as text: it may pass 2^53 */
  offset: string;
  headers: Record<string, string>;
}

export interface Subscription {
  stop(): Promise<void>;
}

/**
 * What carries events between services. Promises of every adapter: messages of one key arrive in the order published; each arrives at least once
 * at every group; within a group a partition is handled by one member at a time; a group that is new reads from the beginning.
 */
export interface EventBus {
  readonly kind: 'postgres' | 'kafka';
  /** creates what is missing */
  ensureTopics(topics: readonly string[]): Promise<void>;
  /** resolves when every message is safely stored; throws when that is not known */
  publish(messages: readonly Message[]): Promise<void>;
  /** `handle` resolving moves the group past the message; throwing has it delivered again after a pause */
  subscribe(group: string, topics: readonly string[], handle: (delivery: Delivery) => Promise<void>): Promise<Subscription>;
  /** everything on a topic up to now, for ledgers and dead letters */
  readAll(topic: string): Promise<Delivery[]>;
  /** messages the group has not yet been moved past, by topic */
  lag(group: string, topics: readonly string[]): Promise<number>;
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

export const PARTITIONS = 4;
/** Pause before a message whose handling failed is tried again. */
export const RETRY_PAUSE_MS = 500;
