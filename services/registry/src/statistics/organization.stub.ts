import { Access } from '@xueji/platform';
import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** Owned by school-codes. */
@Access.authenticated()
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType()
export class Organization {
  @Field(() => ID) id: string;
}

export const organizationOf = (id: string): Organization => Object.assign(new Organization(), { id });
