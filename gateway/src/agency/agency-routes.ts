import type { Express, Request, Response } from 'express';
import type { GatewayContext } from '../data-sources';
import type { AgencyDoor } from './agency-door';

/**
 * `POST /oauth/token`, handed to accounts as nobody's request, and `GET /agency/schema.graphql`, the part of the graph that the caller's agreement opens.
 * `authenticate` has answered when it gives false.
 */
export function mountAgencyRoutes(app: Express, door: AgencyDoor, { authenticate, contextOf, toAccounts, unauthenticated }: {
  authenticate(request: Request, response: Response): Promise<boolean>;
  contextOf(response: Response): GatewayContext;
  toAccounts(request: Request, response: Response): Promise<void>;
  unauthenticated(response: Response): void;
}): void {
  app.post('/oauth/token', toAccounts);
  app.get('/agency/schema.graphql', async (request, response) => {
    if (!(await authenticate(request, response))) return;
    const agency = contextOf(response).actor?.agency;
    if (!agency) return unauthenticated(response);
    response.type('text/plain').send(door.contract(agency).sdl);
  });
}
