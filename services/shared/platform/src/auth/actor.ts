import { scopesOf, type Duty, type Level, type Scope } from '@xueji/standards';

/** What a token says about the person acting. `scopes` is never transported: it follows from duty and level. */
export interface ActorClaims {
  accountId: string;
  realName: string;
  duty: Duty;
  organizationId: string;
  organizationName: string;
  level: Level;
  /** Ids from the root with a leading and a trailing slash, e.g. `/cn/b-61/b-6101/`. */
  path: string;
  /** Two-digit division code, null for the Ministry. */
  province: string | null;
  realNameVerified: boolean;
  sessionId: string;
  certificate: string | null;
}

/** A person with one duty at one organisation. */
export interface Actor extends ActorClaims {
  scopes: Scope[];
}

/** Completes the claims with the scopes that (duty, level) gives. */
export function actorOf(claims: ActorClaims): Actor {
  return {
    accountId: claims.accountId,
    realName: claims.realName,
    duty: claims.duty,
    organizationId: claims.organizationId,
    organizationName: claims.organizationName,
    level: claims.level,
    path: claims.path,
    province: claims.province,
    realNameVerified: claims.realNameVerified,
    sessionId: claims.sessionId,
    certificate: claims.certificate,
    scopes: [...scopesOf(claims.duty, claims.level)],
  };
}

/** Does the holder path lie in the actor's area? The actor's own organisation counts. */
export function isInArea(actor: Pick<Actor, 'path'>, holderPath: string): boolean {
  return holderPath.startsWith(actor.path);
}
