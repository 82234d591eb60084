import { createKafkaBus } from '@xueji/platform';
import { requireServer, startKafka } from '../servers';
import { eventBusContract } from './event-bus-contract';

requireServer('kafka')('the event bus on Apache Kafka', () =>
  eventBusContract(async () => {
    const { server, reason } = await startKafka();
    if (!server) throw new Error(reason);
    return createKafkaBus(server.brokers.split(','), 'contract-test');
  }),
);
