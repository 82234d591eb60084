import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What this service knows of an account, kept by the events of accounts. Names stay there. */
@Entity('ime_account')
@Index('ime_account_organization', ['organizationId'])
export class ImeAccount {
  @PrimaryColumn('text') id: string;
  @Column('text') duty: string;
  @Column('text', { name: 'organization_id' }) organizationId: string;
  @Column('boolean') active: boolean;
  @Column('int') version: number;
}
