import { setTimeout as pause } from 'node:timers/promises';
import { createKafkaBus, type Delivery } from '@xueji/platform';
import { requireServer, startKafka } from '../servers';
import { eventBusContract } from './event-bus-contract';

requireServer('kafka')('the event bus on Apache Kafka', () =>
  eventBusContract(async () => {
    const { server, reason } = await startKafka();
    if (!server) throw new Error(reason);
    return createKafkaBus(server.brokers.split(','), 'contract-test');
  }),
);

requireServer('kafka')('a broker that is away', () => {
  it('when the product starts, then comes, gets its topics and every message', async () => {
    const { server, reason } = await startKafka({ own: true });
    if (!server) throw new Error(reason);
    await server.kill();
    const bus = createKafkaBus([server.brokers], 'away-test');
    const topic = 'xueji.away.test.v1';
    const got: Delivery[] = [];
    const subscription = await bus.subscribe('away', [topic], async (delivery) => void got.push(delivery));
    const message = { topic, key: 'k', value: '1' };
    await expect(bus.publish([message])).rejects.toThrow();
    expect(await bus.isHealthy()).toBe(false);
    await server.restart();
    const send = async (): Promise<void> => {
      for (const end = Date.now() + 40_000; ; await pause(200)) {
        try {
          return await bus.publish([message]);
        } catch (error) {
          if (Date.now() > end) throw error;
        }
      }
    };
    await send();
    for (const end = Date.now() + 40_000; got.length === 0; await pause(50)) if (Date.now() > end) throw new Error('nothing arrived');
    expect(got[0]).toMatchObject(message);
    await subscription.stop();
    await bus.close();
    await server.stop();
  }, 120_000);
});
