import { checkEvent, deadLetterTopic, type CloudEvent } from '@xueji/contracts';
import { DomainError } from '@xueji/workflow';
import { inEvent, type CommandHost, type Consumer } from '../command';
import { withoutValues } from '../graph/errors';
import type { Logger } from '../logger';
import type { Delivery, EventBus, Subscription } from './bus';

const TRIES = 5;

/** SQLSTATE classes that say the server or the connection is at fault, not the message. */
const PASSING = /^(08|53|57|58|40)/;

const isPassing = (error: unknown): boolean => {
  const code = (error as { driverError?: { code?: string }; code?: string }).driverError?.code ?? (error as { code?: string }).code;
  return typeof code === 'string' && (PASSING.test(code) || /^E(CONN|PIPE|TIMEDOUT)/.test(code));
};

/** Headers of a dead letter. They name the fault, never a person. */
export const DEAD_LETTER_HEADERS = { group: 'xueji-group', reason: 'xueji-reason', topic: 'xueji-topic', offset: 'xueji-offset' } as const;

/**
 * Feeds the service's consumers from the bus, as group `xueji.<service>`. A message that fails five times, or is no event of ours, goes to the dead
 * letters of its topic and the partition goes on; while database or connection are at fault it is kept and tried again.
 */
export async function startConsuming(host: CommandHost, bus: EventBus, consumers: readonly Consumer<never>[], log: Logger): Promise<Subscription | null> {
  const topics = [...new Set(consumers.map((consumer) => consumer.contract.topic))];
  if (topics.length === 0) return null;
  const group = `xueji.${host.name}`;
  const byType = new Map<string, Consumer<never>[]>();
  for (const consumer of consumers) byType.set(consumer.contract.type, [...(byType.get(consumer.contract.type) ?? []), consumer]);

  const take = async (delivery: Delivery): Promise<void> => {
    const event: CloudEvent = checkEvent(parse(delivery.value));
    await inEvent(host, event, async (scope) => {
      for (const consumer of byType.get(event.type) ?? []) await consumer.handle(scope, event as never);
    });
  };

  return bus.subscribe(group, topics, async (delivery) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await take(delivery);
      } catch (error) {
        if (isPassing(error)) throw error;
        if (attempt < TRIES && !(error instanceof Unreadable)) continue;
        const reason = (error instanceof DomainError ? `${error.code} ${error.rule}` : error instanceof Error ? error.name : 'Error').slice(0, 200);
        log.error({ topic: delivery.topic, partition: delivery.partition, offset: delivery.offset, reason, detail: withoutValues((error as Error).message) }, 'event goes to the dead letters');
        await bus.publish([{
          topic: deadLetterTopic(delivery.topic), key: delivery.key, value: delivery.value,
          headers: { [DEAD_LETTER_HEADERS.group]: group, [DEAD_LETTER_HEADERS.reason]: reason, [DEAD_LETTER_HEADERS.topic]: delivery.topic, [DEAD_LETTER_HEADERS.offset]: delivery.offset },
        }]);
        return undefined;
      }
    }
  });
}

class Unreadable extends Error {
  override name = 'EVENT_UNREADABLE';
}

const parse = (value: string): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    throw new Unreadable('the message is not JSON');
  }
};

/**
 * Puts the dead letters of a topic back on it, in order. Groups that already took them in pass over them. Returns how many were sent;
 * `dryRun` only lists. Letters are sent again each time they are asked for: the inbox makes that harmless.
 */
export async function replayDeadLetters(bus: EventBus, topic: string, dryRun: boolean): Promise<Delivery[]> {
  const letters = await bus.readAll(deadLetterTopic(topic));
  if (!dryRun) await bus.publish(letters.map(({ key, value }) => ({ topic, key, value })));
  return letters;
}
