import { scopesOf, type Duty, type Level, type Scope } from '@xueji/standards';

/** What an agreement lets its agency do; travels in the token, so that every subgraph can hold a call against it. */
export interface AgencyGrant {
  agreementId: string;
  purpose: string;
  /** `Type.field` and `Type.field(argument:)`; whatever is not here is refused */
  fields: string[];
  /** ISO instant on the product's clock */
  validUntil: string;
  dailyQuota: number;
  /** RFC 7638 thumbprint of the key that each call must be signed with */
  keyThumbprint: string;
}

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
  /** an agency's client instead of a person; it has no scopes, only the fields of its agreement */
  agency?: AgencyGrant | null;
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
    ...(claims.agency ? { agency: claims.agency, scopes: [] } : { scopes: [...scopesOf(claims.duty, claims.level)] }),
  };
}

/** An agency acting under its agreement: an actor whose area is that of the agreement. */
export function agencyActor({ agencyName, areaLevel, areaPath, grant }: { agencyName: string; areaLevel: Level; areaPath: string; grant: AgencyGrant }): Actor {
  return actorOf({
    accountId: `agency:${grant.agreementId}`, realName: agencyName, duty: 'AGENCY' as Duty, organizationId: `agency:${grant.agreementId}`, organizationName: agencyName, level: areaLevel, path: areaPath,
    province: /^\/cn\/b-(\d{2})/.exec(areaPath)?.[1] ?? null, realNameVerified: true, sessionId: agreementSession(grant.agreementId), certificate: grant.keyThumbprint, agency: grant,
  });
}

/** All tokens of an agreement are one session, so that they end together. */
export const agreementSession = (agreementId: string): string => `agreement:${agreementId}`;

/** Does the holder path lie in the actor's area? The actor's own organisation counts. */
export function isInArea(actor: Pick<Actor, 'path'>, holderPath: string): boolean {
  return holderPath.startsWith(actor.path);
}
