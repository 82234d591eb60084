import { runningServers } from './running-servers';

export default async function globalTeardown(): Promise<void> {
  await Promise.all(runningServers.splice(0).map((server) => server.stop()));
}
