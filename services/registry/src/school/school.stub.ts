import { Access } from '@xueji/platform';
import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** A school, owned by school-codes. */
@Access.authenticated()
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType()
export class School {
  @Field(() => ID) id: string;
}

export const schoolOf = (id: string): School => Object.assign(new School(), { id });
