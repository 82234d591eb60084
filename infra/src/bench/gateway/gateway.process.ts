import { GATEWAYS, type GatewayTask } from './gateways';

/** One gateway in a process of its own; tells what it has used when asked. */
process.on('message', (message: { start: string; task: GatewayTask } | 'usage') => {
  if (message === 'usage') {
    const { user, system } = process.cpuUsage();
    return void process.send!({ cpuMs: (user + system) / 1000, memory: process.memoryUsage.rss() });
  }
  GATEWAYS[message.start]!(message.task).then((url) => process.send!({ url }), (error: Error) => process.send!({ fault: error.message }));
});
process.on('disconnect', () => process.exit(0));
