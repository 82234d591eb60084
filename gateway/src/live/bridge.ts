import { allTopics } from '@xueji/contracts';
import type { EventBus, Logger } from '@xueji/platform';
import type { LiveFeed } from './feed';
import { noticesOf, WATCHED } from './notice';

const GROUP = 'xueji.live';

/**
 * Carries what services told the bus after their commits to the feed. The replicas share one group: each event is taken by one of them, again when that
 * one fails, and reaches all through the feed.
 */
export async function bridgeEvents(bus: EventBus, feed: LiveFeed, log: Logger): Promise<() => Promise<void>> {
  await bus.ensureTopics(allTopics()).catch((error: Error) => log.warn({ reason: error.message }, 'topics not ensured, the bus is away'));
  const topics = [...new Set(WATCHED.map(({ topic }) => topic))];
  const subscription = await bus.subscribe(GROUP, topics, async ({ value, topic }) => {
    let read: ReturnType<typeof noticesOf>;
    try {
      read = noticesOf(value);
    } catch {
      return log.error({ topic }, 'an event that cannot be read is left out of the live updates');
    }
    if (read.notices.length > 0) await feed.tell(read.id, read.notices);
  });
  return () => subscription.stop();
}
