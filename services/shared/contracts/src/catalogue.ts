import { z } from 'zod';
import { cloudEventSchema, deadLetterTopic, type CloudEvent, type EventContract } from './contract';
import * as events from './events';

const isContract = (value: unknown): value is EventContract => typeof value === 'object' && value !== null && 'topic' in value;

/** Every contract of the product, by type. */
export const contracts: ReadonlyMap<string, EventContract> = new Map(
  Object.values(events as Record<string, unknown>).filter(isContract).map((contract) => [contract.type, contract]),
);

/** Every topic and its dead letters. */
export const allTopics = (): string[] => {
  const topics = [...new Set([...contracts.values()].map((contract) => contract.topic))];
  return [...topics, ...topics.map(deadLetterTopic)].sort();
};

/** Throws when the event is of no known type or its data do not fit the contract. The message names fields, never values. */
export function checkEvent(event: unknown): CloudEvent {
  const envelope = cloudEventSchema.safeParse(event);
  if (!envelope.success) throw new Error(`not a CloudEvent of ours: ${faults(envelope.error)}`);
  const contract = contracts.get(envelope.data.type);
  if (!contract) throw new Error(`unknown event type ${envelope.data.type}`);
  const data = contract.data.safeParse(envelope.data.data);
  if (!data.success) throw new Error(`data of ${contract.type} do not fit its contract: ${faults(data.error)}`);
  return { ...envelope.data, data: data.data } as CloudEvent;
}

const faults = (error: z.ZodError) => error.issues.map((issue) => `${issue.path.join('.') || '(root)'} ${issue.code}`).join(', ');

/** JSON Schema of an event's data. */
export const dataSchemaOf = (contract: EventContract): object => z.toJSONSchema(contract.data, { target: 'draft-7' });

/** AsyncAPI 3.0 document of all topics and messages. */
export function asyncApi(): object {
  const all = [...contracts.values()].sort((a, b) => a.type.localeCompare(b.type));
  const topics = [...new Set(all.map((contract) => contract.topic))];
  const channelId = (topic: string) => topic.replaceAll('.', '_').replaceAll('-', '_');
  return {
    asyncapi: '3.0.0',
    info: { title: 'Xueji events', version: '1.0.0', description: 'What one service tells another. CloudEvents 1.0, structured JSON; the Kafka key is the internal id of the pupil or record.' },
    channels: Object.fromEntries(topics.map((topic) => [channelId(topic), {
      address: topic,
      messages: Object.fromEntries(all.filter((contract) => contract.topic === topic).map((contract) => [contract.type, { $ref: `#/components/messages/${contract.type}` }])),
    }])),
    operations: Object.fromEntries(topics.map((topic) => [`send_${channelId(topic)}`, { action: 'send', channel: { $ref: `#/channels/${channelId(topic)}` } }])),
    components: {
      messages: Object.fromEntries(all.map((contract) => [contract.type, {
        name: contract.type,
        title: contract.title.en,
        summary: contract.title.zh,
        contentType: 'application/cloudevents+json',
        payload: { allOf: [{ $ref: '#/components/schemas/CloudEvent' }, { type: 'object', properties: { type: { const: contract.type }, data: dataSchemaOf(contract) } }] },
      }])),
      schemas: { CloudEvent: z.toJSONSchema(cloudEventSchema, { target: 'draft-7' }) },
    },
  };
}
