import { z } from 'zod';

/** One kind of event: all that another service may know of the change it tells. */
export interface EventContract<T = unknown> {
  /** `cn.xueji.<service>.<entity>.<pastTense>.v<version>` */
  type: string;
  topic: string;
  service: string;
  entity: string;
  title: { zh: string; en: string };
  data: z.ZodType<T>;
}

/** Topic of dead letters of `topic`. */
export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;

export function contract<T extends z.ZodType>(service: string, entity: string, event: string, title: { zh: string; en: string }, data: T): EventContract<z.infer<T>> {
  return { type: `cn.xueji.${service}.${entity}.${event}.v1`, topic: `xueji.${service}.${entity}.v1`, service, entity, title, data: data as unknown as z.ZodType<z.infer<T>> };
}

/**
 * CloudEvents 1.0, structured JSON. `subject` and `partitionkey` are the internal id of the pupil or record, never a number of a person.
 * `aggregateversion` is the version of the record after the change; `time` the instant of the command on the product's clock.
 */
export const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().startsWith('/xueji/'),
  type: z.string(),
  subject: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string(),
  partitionkey: z.string(),
  aggregatetype: z.string(),
  aggregateid: z.string(),
  aggregateversion: z.number().int().positive(),
  traceid: z.string().optional(),
  data: z.unknown(),
});

export type CloudEvent<T = unknown> = Omit<z.infer<typeof cloudEventSchema>, 'data'> & { data: T };
