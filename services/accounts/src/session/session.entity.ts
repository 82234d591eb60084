import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One sign-in: a family of refresh tokens, of which only the newest is good. Its times are those of the real clock. */
@Entity('session')
@Index('session_account', ['accountId'])
@Index('session_token', ['refreshHash'])
export class Session {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'account_id' }) accountId: string;
  /** SHA-256 of the refresh token now good */
  @Column('text', { name: 'refresh_hash' }) refreshHash: string;
  /** the ones before it: whoever shows one of these holds a stolen copy */
  @Column('text', { name: 'spent_hashes', array: true }) spentHashes: string[];
  @Column('timestamptz', { name: 'started_at' }) startedAt: Date;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt: Date;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt: Date | null;
}
